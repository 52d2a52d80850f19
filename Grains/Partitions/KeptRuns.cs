using System.Diagnostics.CodeAnalysis;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using static OrleansTasks.Partitions.ItemNames;

namespace OrleansTasks.Partitions;

/// <summary>
/// Keeps the stored runs of a partition, also by task in the task's slot; the amount of work that waits; and which runs are cancelled.
/// Knows no clock and no storage.
/// </summary>
/// <param name="slotOf">Returns the slot of a task, and creates it if necessary.</param>
/// <param name="requests">Receives the ids of forgotten runs.</param>
/// <param name="note">Records a change for the log: an item's name, and its JSON or null.</param>
internal sealed class KeptRuns(Func<string, TaskSlot> slotOf, RequestIds requests, Action<string, string?> note)
{
    private readonly Dictionary<Guid, StoredRun> _runs = [];

    // By the retried run, the stored run that was accepted last as its retry.
    private readonly Dictionary<Guid, Guid> _retries = [];

    /// <summary>Gets the number of stored runs.</summary>
    public int Count => _runs.Count;

    /// <summary>Gets the ids of all runs, in no particular order.</summary>
    public Dictionary<Guid, StoredRun>.KeyCollection Keys => _runs.Keys;

    /// <summary>Gets all runs, in no particular order.</summary>
    public Dictionary<Guid, StoredRun>.ValueCollection Values => _runs.Values;

    /// <summary>Gets the number of runs that have not ended.</summary>
    public int Pending { get; private set; }

    /// <summary>Gets the total size of the arguments of runs that have not ended, in bytes.</summary>
    public long PendingArguments { get; private set; }

    /// <summary>Gets a run that exists.</summary>
    /// <param name="id">Its id.</param>
    public StoredRun this[Guid id] => _runs[id];

    public bool ContainsKey(Guid id) => _runs.ContainsKey(id);

    public bool TryGetValue(Guid id, [MaybeNullWhen(false)] out StoredRun run) => _runs.TryGetValue(id, out run);

    /// <summary>Returns a run; null if it does not exist.</summary>
    public StoredRun? Find(Guid id) => _runs.GetValueOrDefault(id);

    /// <summary>Returns the stored run that retries a run; null if there is none.</summary>
    /// <param name="run">The id of the retried run.</param>
    public Guid? RetryOf(Guid run) => _retries.TryGetValue(run, out var retry) ? retry : null;

    /// <summary>Loads a stored run.</summary>
    public void Restore(StoredRun run) => AddToMemory(run);

    /// <summary>Stores a run, or a change to one.</summary>
    public void Set(StoredRun run)
    {
        // Before anything changes: a run that cannot be written is rejected by itself and leaves the rest as it was.
        var json = Write(run);
        if (_runs.TryGetValue(run.RunId.Value, out var old))
        {
            CountPending(old, -1);
            CountPending(run, 1);
            _runs[run.RunId.Value] = run;
            var slot = slotOf(run.RunId.Task);
            slot.Runs!.Set(run, IsCalledOff(slot, run));
        }
        else
        {
            AddToMemory(run);
        }

        note(OfRun(run.RunId.Value), json);
    }

    /// <summary>
    /// Accepts a run that its owner has, or the attempts that the owner reports for a stored run. A late report may concern a run that has
    /// ended; the run stays ended.
    /// </summary>
    /// <returns>Whether the run is stored.</returns>
    public bool Take(StoredRun run)
    {
        if (!_runs.TryGetValue(run.RunId.Value, out var known))
        {
            if (requests.Find(run.RunId.Value) is not null)
            {
                return false;
            }

            Set(run);
        }
        else if (known.Result is null && known.After(run) is var changed && !ReferenceEquals(changed, known))
        {
            Set(changed);
        }

        return true;
    }

    /// <summary>Corrects the number of attempts that may have started, as the leaving owner knows it.</summary>
    public void SetAttempts(Guid id, int attempts)
    {
        if (_runs.TryGetValue(id, out var run) && run.Result is null && run.Attempts != attempts)
        {
            Set(run with { Attempts = attempts, Marker = null });
        }
    }

    /// <summary>Removes a run.</summary>
    public void Remove(Guid id)
    {
        if (_runs.Remove(id, out var run))
        {
            CountPending(run, -1);
            slotOf(run.RunId.Task).Runs?.Remove(id);
            if (RetriedBy(run) is { } retried && _retries.GetValueOrDefault(retried) == id)
            {
                _retries.Remove(retried);
            }

            note(OfRun(id), null);
        }
    }

    /// <summary>Removes runs and keeps their ids, so that no run is created under them again.</summary>
    public void Release(IReadOnlyList<Guid> ids, DateTimeOffset now)
    {
        var known = ids.Where(_runs.ContainsKey).ToList();
        foreach (var id in known)
        {
            Remove(id);
        }

        requests.Add(known, now);
    }

    /// <summary>Determines again which runs of a task are cancelled, after the task has changed.</summary>
    public void CallOff(TaskSlot slot) => slot.Runs?.CallOff(id => IsCalledOff(slot, _runs[id]));

    private void AddToMemory(StoredRun run)
    {
        _runs.Add(run.RunId.Value, run);
        CountPending(run, 1);
        if (RetriedBy(run) is { } retried)
        {
            _retries[retried] = run.RunId.Value;
        }

        var slot = slotOf(run.RunId.Task);
        (slot.Runs ??= []).Set(run, IsCalledOff(slot, run));
    }

    /// <summary>Returns the run that a run retries, if it is one of the same task.</summary>
    private static Guid? RetriedBy(StoredRun run) => run.RetryOf is { } old && old.Task == run.RunId.Task ? old.Value : null;

    private static bool IsCalledOff(TaskSlot slot, StoredRun run) => run.Result is null && !Admission.Admits(slot.Entry, run);

    private void CountPending(StoredRun run, int sign)
    {
        Pending += run.Result is null ? sign : 0;
        PendingArguments += run.Result is null ? sign * run.HeldBytes : 0;
    }
}
