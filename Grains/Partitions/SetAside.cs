using OrleansTasks.Clocks;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Corrects what a partition has stored ahead of its clock, and remembers the original. The clock may have been wrong and not the record,
/// for example on a machine that starts before its time is known. In this case the record is restored.
/// </summary>
/// <param name="state">The data in the partition's memory.</param>
/// <param name="tolerance">How far ahead of the clock a recorded instant may lie.</param>
/// <param name="batchRetention">How long a batch is kept after it has ended.</param>
internal sealed class SetAside(PartitionState state, TimeSpan tolerance, TimeSpan batchRetention)
{
    private readonly Dictionary<string, (TaskEntry Entry, long Revision)> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskPosition> _positions = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, StoredRun> _runs = [];

    /// <summary>Gets the instant that was furthest ahead in the last correction.</summary>
    public DateTimeOffset? Furthest { get; private set; }

    /// <summary>Corrects the whole partition.</summary>
    /// <returns>The tasks with corrected instants.</returns>
    public IReadOnlyList<string> HealAll(DateTimeOffset now)
    {
        var healed = new HashSet<string>(StringComparer.Ordinal);
        Furthest = null;
        if (state.Header is { } header && StoredInstants.Heal(header, now, tolerance) is var started && !ReferenceEquals(started, header))
        {
            Note(header.StartedAt);
            state.SetHeader(started);
        }

        foreach (var (task, slot) in state.Slots.ToList())
        {
            if (HealSlot(task, slot, now))
            {
                healed.Add(task);
            }
        }

        foreach (var run in state.Runs.Values.ToList())
        {
            if (StoredInstants.Heal(run, now, tolerance) is var due && !ReferenceEquals(due, run))
            {
                Note(run.DueAt);
                _runs[run.RunId.Value] = run;
                state.Runs.Set(due);
                healed.Add(run.RunId.Task);
            }
        }

        state.Idempotency.Heal(now, tolerance);
        state.Batches.Heal(now, tolerance, batchRetention);
        return [.. healed];
    }

    /// <summary>Corrects one task.</summary>
    /// <returns>Whether an instant of it was ahead.</returns>
    public bool Heal(string task, TaskSlot slot, DateTimeOffset now)
    {
        Furthest = null;
        return HealSlot(task, slot, now);
    }

    /// <summary>Restores the originals that are no longer ahead, because the clock was set forward.</summary>
    /// <returns>The affected tasks.</returns>
    public IReadOnlyList<string> Restore(DateTimeOffset now)
    {
        var restored = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (task, position) in _positions.Where(p => !IsAhead(p.Value.Claimed, now) && !IsAhead(p.Value.Settled, now)).ToList())
        {
            var present = state.Slot(task).Position;
            state.SetPosition(task,
                present.Settle(position.Settled) with
                {
                    Claimed = position.Claimed > present.Claimed || present.Claimed is null ? position.Claimed : present.Claimed
                });
            restored.Add(task);
        }

        foreach (var (task, (entry, revision)) in _entries.Where(
            e => !IsAhead(e.Value.Entry.Anchor, now) && !IsAhead(e.Value.Entry.UpdatedAt, now)).ToList())
        {
            // A change that was made meanwhile was intended, and stays.
            if (state.Slots.GetValueOrDefault(task)?.Entry is { OnceDone: var done } present && present.Revision == revision)
            {
                state.SetTask(entry with { Revision = revision + 1, OnceDone = done, State = present.State });
                restored.Add(task);
            }
        }

        foreach (var (id, run) in _runs.Where(r => r.Value.DueAt > now).ToList())
        {
            if (state.Runs.TryGetValue(id, out var present) && present is { Result: null } && present.EndedAttempts == run.EndedAttempts)
            {
                state.Runs.Set(present with { DueAt = run.DueAt });
                restored.Add(run.RunId.Task);
            }
        }

        _positions.Clear();
        _entries.Clear();
        _runs.Clear();
        return [.. restored];
    }

    private bool HealSlot(string task, TaskSlot slot, DateTimeOffset now)
    {
        var healed = false;
        if (StoredInstants.Heal(slot.Position, now, tolerance) is var position && !ReferenceEquals(position, slot.Position))
        {
            Note(slot.Position.Done);
            _positions[task] = slot.Position;
            state.SetPosition(task, position);
            healed = true;
        }

        if (slot.Entry is { } entry && StoredInstants.Heal(entry, now, tolerance) is var known && !ReferenceEquals(known, entry))
        {
            Note(entry.UpdatedAt > entry.Anchor ? entry.UpdatedAt : entry.Anchor);
            _entries[task] = (entry, known.Revision);
            state.SetTask(known);
            healed = true;
        }

        return healed;
    }

    private bool IsAhead(DateTimeOffset? instant, DateTimeOffset now) => Times.IsAhead(instant, now, tolerance);

    private void Note(DateTimeOffset? instant) => Furthest = instant > Furthest || Furthest is null ? instant : Furthest;
}
