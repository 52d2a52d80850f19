using OrleansTasks.Clocks;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Corrects stored instants that record the past and are ahead of the clock. Such an instant was written while a clock was wrong, and would
/// keep a task from firing until it is reached. Pure.
/// </summary>
internal static class StoredInstants
{
    /// <summary>Returns the header with instants that are ahead set to now.</summary>
    public static PartitionHeader Heal(PartitionHeader header, DateTimeOffset now, TimeSpan tolerance)
    {
        return Times.IsAhead(header.StartedAt, now, tolerance) || Times.IsAhead(header.StoppedAt, now, tolerance)
            || Times.IsAhead(header.LedgerFloor, now, tolerance)
            ? header with
            {
                StartedAt = Past(header.StartedAt),
                StoppedAt = header.StoppedAt is { } stopped ? Past(stopped) : null,
                LedgerFloor = header.LedgerFloor is { } floor ? Past(floor) : null
            }
            : header;

        DateTimeOffset Past(DateTimeOffset instant) => Times.IsAhead(instant, now, tolerance) ? now : instant;
    }

    /// <summary>Returns the position with instants that are ahead set to now. What was claimed before now stays claimed.</summary>
    public static TaskPosition Heal(TaskPosition position, DateTimeOffset now, TimeSpan tolerance) =>
        Times.IsAhead(position.Claimed, now, tolerance) || Times.IsAhead(position.Settled, now, tolerance)
            ? position with { Claimed = position.Claimed is null ? null : now, Settled = now, Claimer = null, MayHaveBegun = null }
            : position;

    /// <summary>Returns the entry with instants that are ahead set to now, as if the task had been registered or changed now.</summary>
    public static TaskEntry Heal(TaskEntry entry, DateTimeOffset now, TimeSpan tolerance)
    {
        return Times.IsAhead(entry.Anchor, now, tolerance) || Times.IsAhead(entry.UpdatedAt, now, tolerance)
            || Times.IsAhead(entry.PausedAt, now, tolerance) || Times.IsAhead(entry.CatchUpFrom, now, tolerance)
            ? entry with
            {
                Anchor = Past(entry.Anchor)!.Value,
                UpdatedAt = now,
                CreatedAt = Past(entry.CreatedAt)!.Value,
                PausedAt = Past(entry.PausedAt),
                CatchUpFrom = Past(entry.CatchUpFrom),
                Changes = entry.Changes is { } changes ? [.. changes.Select(c => c with { At = Past(c.At)!.Value })] : null,
                Revision = entry.Revision + 1,
            }
            : entry;

        DateTimeOffset? Past(DateTimeOffset? instant) => Times.IsAhead(instant, now, tolerance) ? now : instant;
    }

    /// <summary>
    /// Returns the run with a corrected due time: a run that waits for a period is due no later than that period from now.
    /// </summary>
    public static StoredRun Heal(StoredRun run, DateTimeOffset now, TimeSpan tolerance) =>
        run is { Result: null, Wait: { } wait } && Times.IsAhead(run.DueAt, now, tolerance + wait) ? run with { DueAt = now + wait } : run;

    /// <summary>Returns the corrected end of a retention: no later than its whole length from now.</summary>
    public static DateTimeOffset? Heal(DateTimeOffset? expires, TimeSpan? kept, DateTimeOffset now, TimeSpan tolerance) =>
        kept is { } length && expires - now > length && expires - now - length > tolerance ? now + length : expires;
}
