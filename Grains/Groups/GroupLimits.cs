using OrleansTasks.Client.Links;

namespace OrleansTasks.Groups;

/// <summary>Keeps the stored limits of a group. Changes are made one after the other, each to what storage has.</summary>
/// <param name="records">The stored records.</param>
/// <param name="note">Records in the partition whether the limits are stored, and returns whether they were known to be.</param>
/// <param name="name">The group's name.</param>
internal sealed class GroupLimits(GroupRecords records, Func<bool, Task<bool>> note, string name)
{
    private StoredGroup _stored = new();
    private Task _changing = Task.CompletedTask;

    // Whether the stored limits may differ from those in memory.
    private bool _inDoubt = true;
    private bool _isStored;

    // Whether the partition knows that the limits were stored, and they are missing here.
    private bool _isLost;

    /// <summary>Gets the callback for the loss of both records. Called once.</summary>
    public Action OnAllLost { get; init; } = static () => { };

    public RunGroup Present => _stored.Limits;

    /// <summary>Gets whether it is known that a configuration has set or released the limits.</summary>
    public bool AreConfigured => _stored.Configured > 0;

    /// <summary>Gets whether the partition knows whether the limits are stored.</summary>
    public bool IsNoted { get; private set; }

    public async Task ReadAsync()
    {
        var record = await records.ReadAsync();
        (_stored, _isStored, _inDoubt) = (StoredGroup.Of(record), record is not null, false);
    }

    /// <summary>
    /// Records in the partition whether the limits are stored. If they were stored and are missing, they are stored again as no limits, so
    /// that the loss is reported once.
    /// </summary>
    public Task NoteAsync() => _changing = ChangeAfterAsync(_changing, stored => _isLost ? stored with { } : stored);

    /// <summary>Changes the stored limits.</summary>
    /// <param name="change">Returns the new state for the stored one; the same object if nothing changes.</param>
    /// <param name="admit">Called before anything is stored for the first time; null to allow it.</param>
    /// <exception cref="PartitionMovedException">The change could not be stored, or that is unknown. The caller may repeat it.</exception>
    /// <exception cref="TasksOverloadedException">There are too many groups.</exception>
    public Task ChangeAsync(Func<StoredGroup, StoredGroup> change, Func<Task>? admit = null) =>
        !_inDoubt && ReferenceEquals(change(_stored), _stored)
            ? Task.CompletedTask
            : _changing = ChangeAfterAsync(_changing, change, admit);

    private async Task ChangeAfterAsync(Task before, Func<StoredGroup, StoredGroup> change, Func<Task>? admit = null)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            await ChangeNowAsync(change, admit);
        }
        catch (Exception e) when (!ClusterCalls.IsTransient(e) && e is not TasksOverloadedException)
        {
            // Whatever the error of storage is, the caller may retry.
            throw new PartitionMovedException($"The limits of the group '{name}' could not be stored. Repeat the call. "
                + $"{e.Message}")
            {
                StorageFails = true,
            };
        }
    }

    private async Task ChangeNowAsync(Func<StoredGroup, StoredGroup> change, Func<Task>? admit)
    {
        if (_inDoubt)
        {
            await ReadAsync();
        }

        await NoteNowAsync();
        var next = change(_stored);
        if (ReferenceEquals(next, _stored))
        {
            return;
        }

        if (!_isStored && admit is not null)
        {
            await admit();
        }

        IsNoted &= _isStored;
        _inDoubt = true;
        await records.WriteAsync(next.ToRecord());
        (_stored, _isStored, _inDoubt) = (next, true, false);
        if (_isLost)
        {
            _isLost = false;
            OnAllLost();
        }
    }

    /// <summary>Finds out, before the first record is written, whether there was one.</summary>
    private async Task NoteNowAsync()
    {
        if (IsNoted)
        {
            return;
        }

        if (await note(_isStored) && !_isStored)
        {
            // Another activation may have written it since this one read it.
            await ReadAsync();
            _isLost = !_isStored;
        }

        IsNoted = true;
    }
}
