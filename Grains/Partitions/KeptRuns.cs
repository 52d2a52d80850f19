using System.Diagnostics.CodeAnalysis;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using static OrleansTasks.Partitions.ItemNames;

namespace OrleansTasks.Partitions;

/// <summary>The stored runs of a partition, those of each task also in its slot; how much of them waits; and which are called off. Knows no clock and no storage.</summary>
/// <param name="slotOf">The slot of a task, which is made if there is none.</param>
/// <param name="requests">Takes the ids of runs that are forgotten.</param>
/// <param name="note">Notes a change for the log: an item's name, and its JSON or null.</param>
internal sealed class KeptRuns(Func<string, TaskSlot> slotOf, RequestIds requests, Action<string, string?> note)
{
    private readonly Dictionary<Guid, StoredRun> _runs = [];

    /// <summary>How many there are.</summary>
    public int Count => _runs.Count;

    /// <summary>Their ids, in no order.</summary>
    public Dictionary<Guid, StoredRun>.KeyCollection Keys => _runs.Keys;

    /// <summary>All of them, in no order.</summary>
    public Dictionary<Guid, StoredRun>.ValueCollection Values => _runs.Values;

    /// <summary>How many have not ended.</summary>
    public int Pending { get; private set; }

    /// <summary>The bytes of the arguments of those that have not ended.</summary>
    public long PendingArguments { get; private set; }

    /// <summary>One that is there.</summary>
    /// <param name="id">Its id.</param>
    public StoredRun this[Guid id] => _runs[id];

    public bool ContainsKey(Guid id) => _runs.ContainsKey(id);

    public bool TryGetValue(Guid id, [MaybeNullWhen(false)] out StoredRun run) => _runs.TryGetValue(id, out run);

    /// <summary>One of them; null if it is not there.</summary>
    public StoredRun? Find(Guid id) => _runs.GetValueOrDefault(id);

    /// <summary>Takes a run as it was stored.</summary>
    public void Restore(StoredRun run) => AddToMemory(run);

    /// <summary>Stores a run, or what has changed of one.</summary>
    public void Set(StoredRun run)
    {
        // Before anything is changed: what cannot be written is refused by itself, and leaves the rest as it was.
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

    /// <summary>Takes a run that its owner has, or what it says of the attempts of one that is stored. What comes late may be of one that is over: that stays over.</summary>
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

    /// <summary>Corrects the number of attempts that may have started, as the owner who leaves knows it.</summary>
    public void SetAttempts(Guid id, int attempts)
    {
        if (_runs.TryGetValue(id, out var run) && run.Result is null && run.Attempts != attempts)
        {
            Set(run with { Attempts = attempts, Marker = null });
        }
    }

    /// <summary>Forgets a run.</summary>
    public void Remove(Guid id)
    {
        if (_runs.Remove(id, out var run))
        {
            CountPending(run, -1);
            slotOf(run.RunId.Task).Runs?.Remove(id);
            note(OfRun(id), null);
        }
    }

    /// <summary>Forgets runs, and keeps their ids: they are not made again under these.</summary>
    public void Release(IReadOnlyList<Guid> ids, DateTimeOffset now)
    {
        var known = ids.Where(_runs.ContainsKey).ToList();
        foreach (var id in known)
        {
            Remove(id);
        }

        requests.Add(known, now);
    }

    /// <summary>Decides anew which runs of a task are called off, after the task has changed.</summary>
    public void CallOff(TaskSlot slot) => slot.Runs?.CallOff(id => IsCalledOff(slot, _runs[id]));

    private void AddToMemory(StoredRun run)
    {
        _runs.Add(run.RunId.Value, run);
        CountPending(run, 1);
        var slot = slotOf(run.RunId.Task);
        (slot.Runs ??= []).Set(run, IsCalledOff(slot, run));
    }

    private static bool IsCalledOff(TaskSlot slot, StoredRun run) => run.Result is null && !Admission.Admits(slot.Entry, run);

    private void CountPending(StoredRun run, int sign)
    {
        Pending += run.Result is null ? sign : 0;
        PendingArguments += run.Result is null ? sign * run.HeldBytes : 0;
    }
}
