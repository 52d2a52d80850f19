using OrleansTasks.Client.Links;

namespace OrleansTasks.Groups;

/// <summary>What a group's runs may do, as it is stored: changes are made one after the other, each to what storage has.</summary>
/// <param name="records">Where it is stored.</param>
/// <param name="note">Notes elsewhere whether it is stored, and says whether it was known to be.</param>
/// <param name="name">The group's name.</param>
internal sealed class GroupLimits(GroupRecords records, Func<bool, Task<bool>> note, string name)
{
    private StoredGroup _stored = new();
    private Task _changing = Task.CompletedTask;

    // Whether what is stored may be something else than what is in memory.
    private bool _inDoubt = true;
    private bool _isStored;

    // Whether it is known elsewhere that it was stored, and here that it is not.
    private bool _isLost;

    /// <summary>Is told, once, that both records are missing.</summary>
    public Action OnAllLost { get; init; } = static () => { };

    public RunGroup Present => _stored.Limits;

    /// <summary>Whether a configuration has set or given back the limits, and that is known.</summary>
    public bool AreConfigured => _stored.Configured > 0;

    /// <summary>Whether it is known elsewhere whether this is stored.</summary>
    public bool IsNoted { get; private set; }

    public async Task ReadAsync()
    {
        var record = await records.ReadAsync();
        (_stored, _isStored, _inDoubt) = (StoredGroup.Of(record), record is not null, false);
    }

    /// <summary>Notes elsewhere whether it is stored. If it was and is not, it is stored anew, without limits, so that this is told once.</summary>
    public Task NoteAsync() => _changing = ChangeAfterAsync(_changing, stored => _isLost ? stored with { } : stored);

    /// <summary>Changes what is stored.</summary>
    /// <param name="change">Gives what is to be stored for what is; the same object if nothing is to be changed.</param>
    /// <param name="admit">Is asked before anything is stored for the first time; null: it may be.</param>
    /// <exception cref="PartitionMovedException">It could not be stored, or that is not known; the change may be asked for again.</exception>
    /// <exception cref="TasksOverloadedException">There are too many groups.</exception>
    public Task ChangeAsync(Func<StoredGroup, StoredGroup> change, Func<Task>? admit = null) =>
        !_inDoubt && ReferenceEquals(change(_stored), _stored) ? Task.CompletedTask : _changing = ChangeAfterAsync(_changing, change, admit);

    private async Task ChangeAfterAsync(Task before, Func<StoredGroup, StoredGroup> change, Func<Task>? admit = null)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            await ChangeNowAsync(change, admit);
        }
        catch (Exception e) when (!ClusterCalls.IsTransient(e) && e is not TasksOverloadedException)
        {
            // Whatever storage says: it is to be retried.
            throw new PartitionMovedException($"The limits of the group '{name}' could not be stored: {e.Message}") { StorageFails = true };
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

    /// <summary>Before the first record is written it is found out whether there was one.</summary>
    private async Task NoteNowAsync()
    {
        if (IsNoted)
        {
            return;
        }

        if (await note(_isStored) && !_isStored)
        {
            // Another activation may have written it since this one has read.
            await ReadAsync();
            _isLost = !_isStored;
        }

        IsNoted = true;
    }
}
