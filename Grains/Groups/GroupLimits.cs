using OrleansTasks.Client.Links;

namespace OrleansTasks.Groups;

/// <summary>What a group's runs may do, as it is stored: changes are made one after the other, each to what storage has.</summary>
/// <param name="records">Where it is stored.</param>
/// <param name="name">The group's name.</param>
internal sealed class GroupLimits(GroupRecords records, string name)
{
    private StoredGroup _stored = new();
    private Task _changing = Task.CompletedTask;

    // Whether what is stored may be something else than what is in memory.
    private bool _inDoubt = true;

    public RunGroup Present => _stored.Limits;

    public async Task ReadAsync()
    {
        _stored = StoredGroup.Of(await records.ReadAsync());
        _inDoubt = false;
    }

    /// <summary>Changes what is stored.</summary>
    /// <param name="change">Gives what is to be stored for what is; the same object if nothing is to be changed.</param>
    /// <exception cref="PartitionMovedException">It could not be stored, or that is not known; the change may be asked for again.</exception>
    public Task ChangeAsync(Func<StoredGroup, StoredGroup> change) =>
        !_inDoubt && ReferenceEquals(change(_stored), _stored) ? Task.CompletedTask : _changing = ChangeAfterAsync(_changing, change);

    private async Task ChangeAfterAsync(Task before, Func<StoredGroup, StoredGroup> change)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            await ChangeNowAsync(change);
        }
        catch (Exception e) when (!ClusterCalls.IsTransient(e))
        {
            // Whatever storage says: it is to be tried again.
            throw new PartitionMovedException($"The limits of the group '{name}' could not be stored: {e.Message}") { StorageFails = true };
        }
    }

    private async Task ChangeNowAsync(Func<StoredGroup, StoredGroup> change)
    {
        if (_inDoubt)
        {
            await ReadAsync();
        }

        var next = change(_stored);
        if (ReferenceEquals(next, _stored))
        {
            return;
        }

        _inDoubt = true;
        await records.WriteAsync(next.ToRecord());
        (_stored, _inDoubt) = (next, false);
    }
}
