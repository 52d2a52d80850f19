using OrleansTasks.Records;

namespace OrleansTasks.Ledger;

/// <summary>What a registration plans, and until when it held. Pure.</summary>
/// <param name="Entry">The registration.</param>
/// <param name="Until">The instant from which another one holds; null if it still does.</param>
internal sealed record LedgerPlan(TaskEntry Entry, DateTimeOffset? Until = null)
{
    /// <summary>The instant from which it holds.</summary>
    public DateTimeOffset Since => Entry.UpdatedAt > Entry.Anchor ? Entry.UpdatedAt : Entry.Anchor;

    /// <summary>The period of a plain grid; null of other schedules.</summary>
    public TimeSpan? Grid => Entry.Schedule is EverySchedule { Limits: null } every ? every.Interval : null;

    /// <summary>The one instant of a schedule that has just one; null of others, and if it is not planned any more.</summary>
    public DateTimeOffset? Once => Entry.OccursOnce ? NextPlanned(Since, DateTimeOffset.MaxValue)?.Utc : null;

    /// <summary>The stretch in which the registration itself says that nothing fires.</summary>
    public OccurrenceSpan? Pause => Entry.State == TaskState.Paused
        ? new(Entry.PausedAt ?? Entry.UpdatedAt, Entry.PausedUntil?.AddTicks(-1) ?? DateTimeOffset.MaxValue, OccurrenceOutcome.Skipped, OutcomeReason.Paused)
        : null;

    /// <summary>Whether another registration plans the same, as far as a ledger is concerned.</summary>
    public bool IsSame(TaskEntry other) =>
        Equals(Entry.Schedule, other.Schedule) && Entry.Anchor == other.Anchor && (Entry.State == TaskState.Cancelled) == (other.State == TaskState.Cancelled)
        && (Entry.State == TaskState.Paused) == (other.State == TaskState.Paused) && Entry.PausedAt == other.PausedAt && Entry.PausedUntil == other.PausedUntil;

    /// <summary>Only what is needed here.</summary>
    public LedgerPlan Bare() => this with { Entry = Entry with { Arguments = null, Headers = null, Options = null, PauseNote = null, PausedBy = null } };

    /// <summary>How many instants after one up to another are planned and not dropped.</summary>
    public long Count(DateTimeOffset after, DateTimeOffset through)
    {
        var count = 0L;
        while (NextPlanned(after, through) is { } next)
        {
            if (Grid is { } period)
            {
                return 1 + ((through - next.Utc).Ticks / period.Ticks);
            }

            count += next.Occurs ? 1 : 0;
            after = next.Utc;
        }

        return count;
    }

    /// <summary>Whether it plans an instant, and had it occur.</summary>
    public bool Has(DateTimeOffset instant) => instant > Since && !(instant > Until) && NextPlanned(instant.AddTicks(-1), instant) is { Occurs: true };

    /// <summary>How many instants are planned from one of them on and before another, and which is the last; null if that takes too long to find.</summary>
    public (long Count, DateTimeOffset Last)? Stretch(DateTimeOffset from, DateTimeOffset before, int most)
    {
        if (Grid is { } period)
        {
            var steps = (before.AddTicks(-1) - from).Ticks / period.Ticks;
            return (steps + 1, from.AddTicks(steps * period.Ticks));
        }

        var (count, last) = (1L, from);
        while (NextPlanned(last, before.AddTicks(-1)) is { } next)
        {
            (count, last) = (count + 1, next.Utc);
            if (count > most)
            {
                return null;
            }
        }

        return (count, last);
    }

    /// <summary>The first planned instant after one up to another; it may be one that is dropped.</summary>
    public TaskOccurrence? NextPlanned(DateTimeOffset after, DateTimeOffset through)
    {
        if (Entry.State == TaskState.Cancelled)
        {
            return null;
        }

        switch (Entry.ResolvedOrNull)
        {
            case null:
                return null;
            case AtSchedule at:
                // One that has passed at registration is due at once.
                var due = at.Instant > Since ? at.Instant : Since.AddTicks(1);
                return due > after && due <= through ? new TaskOccurrence { Utc = due, Local = due, Planned = due } : null;
            case var schedule:
                return FirstOf(schedule, after > Entry.Anchor ? after : Entry.Anchor, through);
        }
    }

    private TaskOccurrence? FirstOf(TaskSchedule schedule, DateTimeOffset after, DateTimeOffset through)
    {
        try
        {
            return schedule.Occurrences(after, through).FirstOrDefault(o => o.Planned > Entry.Anchor);
        }
        catch (Exception e) when (e is ScheduleTooExpensiveException or InvalidTaskException)
        {
            // Nothing of it fires either.
            return null;
        }
    }
}
