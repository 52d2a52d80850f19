using OrleansTasks.Schedules;

namespace OrleansTasks.Records;

/// <summary>
/// The schedule of a task with nothing left open, and what was found out about it: the answer to the last question, and why it cannot be looked ahead, if it cannot. Safe for
/// several threads, each of which may replace what another has found.
/// </summary>
/// <remarks>Kept beside an entry because it is costly to make. A copy of the entry that was changed finds that it is not its own.</remarks>
internal sealed class EntrySchedule(string task, TaskSchedule schedule, DateTimeOffset anchor, CalendarSet calendars)
{
    private TaskSchedule? _resolved;
    private Answer? _last;

    /// <summary>Why it cannot be looked ahead; null if nothing is known against it.</summary>
    public string? Fault { get; private set; }

    /// <summary>The schedule with nothing left open.</summary>
    /// <exception cref="ScheduleTooExpensiveException">Filling in takes too much.</exception>
    /// <exception cref="InvalidTaskException">This version does not take it.</exception>
    public TaskSchedule Resolved => _resolved ??= schedule.Resolve(anchor, task, calendars.Get);

    /// <summary>Whether it is that of an entry.</summary>
    public bool IsOf(TaskEntry entry) => ReferenceEquals(schedule, entry.Schedule) && anchor == entry.Anchor && ReferenceEquals(calendars, entry.Calendars);

    /// <summary>Notes that it cannot be looked ahead.</summary>
    public void NoteFault(string fault) => Fault = fault;

    /// <summary>The first occurrence after an instant, of those that were planned for after the registration.</summary>
    /// <exception cref="ScheduleTooExpensiveException">Finding it takes too much.</exception>
    /// <exception cref="InvalidTaskException">This version does not take it.</exception>
    public DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        // What follows an earlier instant, and lies ahead of this one, follows this one too.
        if (_last is { } last && last.After <= instant && !(last.Next <= instant))
        {
            return last.Next;
        }

        var next = Resolved.NextAfter(instant, plannedAfter: anchor);
        _last = new Answer(instant, next);
        return next;
    }

    /// <summary>Whether the answer to a question is known already.</summary>
    public bool Knows(DateTimeOffset instant) => _last is { } last && last.After <= instant && !(last.Next <= instant);

    private sealed record Answer(DateTimeOffset After, DateTimeOffset? Next);
}
