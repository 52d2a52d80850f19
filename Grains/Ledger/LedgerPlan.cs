using OrleansTasks.Records;

namespace OrleansTasks.Ledger;

/// <summary>Represents what a registration plans, and until when it was in force. Pure.</summary>
/// <param name="Entry">The registration.</param>
/// <param name="Until">The instant from which another one is in force; null if this one still is.</param>
internal sealed record LedgerPlan(TaskEntry Entry, DateTimeOffset? Until = null)
{
    /// <summary>Gets the instant from which it is in force.</summary>
    public DateTimeOffset Since => Entry.UpdatedAt > Entry.Anchor ? Entry.UpdatedAt : Entry.Anchor;

    /// <summary>Gets the period of a plain grid; null for other schedules.</summary>
    public TimeSpan? Grid => Entry.Schedule is EverySchedule { Limits: null } every ? every.Interval : null;

    /// <summary>Gets the one instant of a schedule that has just one; null for others, and if it is no longer planned.</summary>
    public DateTimeOffset? Once => Entry.OccursOnce ? NextPlanned(Since, DateTimeOffset.MaxValue)?.Utc : null;

    /// <summary>Gets the period in which the registration itself says that nothing fires.</summary>
    public OccurrenceSpan? Pause => Entry.State == TaskState.Paused
        ? new(Entry.PausedAt ?? Entry.UpdatedAt, Entry.PausedUntil?.AddTicks(-1) ?? DateTimeOffset.MaxValue, OccurrenceOutcome.Skipped,
            OutcomeReason.Paused)
        : null;

    /// <summary>Returns whether another registration plans the same, as far as a ledger is concerned.</summary>
    public bool IsSame(TaskEntry other) =>
        Equals(Entry.Schedule, other.Schedule) && Entry.Anchor == other.Anchor
            && (Entry.State == TaskState.Cancelled) == (other.State == TaskState.Cancelled)
        && (Entry.State == TaskState.Paused) == (other.State == TaskState.Paused) && Entry.PausedAt == other.PausedAt
        && Entry.PausedUntil == other.PausedUntil;

    /// <summary>Returns the plan with only the data that a ledger needs.</summary>
    public LedgerPlan Bare() =>
        this with { Entry = Entry with { Arguments = null, Headers = null, Options = null, PauseNote = null, PausedBy = null } };

    /// <summary>Returns how many instants are planned and not dropped, after one instant up to another.</summary>
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

    /// <summary>Returns whether an instant is planned and not dropped.</summary>
    public bool Has(DateTimeOffset instant) =>
        instant > Since && !(instant > Until) && NextPlanned(instant.AddTicks(-1), instant) is { Occurs: true };

    /// <summary>
    /// Returns how many instants are planned from one of them until before another, and the last of them; null if the search takes too
    /// long.
    /// </summary>
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

    /// <summary>Returns the first planned instant after one instant up to another. It may be a dropped one.</summary>
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
                // An instant that has passed at registration is due at once.
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
            // Such a schedule does not fire either.
            return null;
        }
    }
}
