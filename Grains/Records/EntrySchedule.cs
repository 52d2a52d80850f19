using OrleansTasks.Schedules;

namespace OrleansTasks.Records;

/// <summary>
/// Keeps the resolved schedule of a task, with what was computed from it: the last computed occurrence, and the reason why no next
/// occurrence can be computed, if there is one. It is safe for several threads, each of which may replace the result of another.
/// </summary>
/// <remarks>
/// It is kept beside an entry because it is expensive to create. A changed copy of the entry detects that it does not belong to it.
/// </remarks>
internal sealed class EntrySchedule(string task, TaskSchedule schedule, DateTimeOffset anchor, CalendarSet calendars)
{
    private TaskSchedule? _resolved;
    private Answer? _last;

    /// <summary>Gets why no next occurrence can be computed, or null if no fault is known.</summary>
    public string? Fault { get; private set; }

    /// <summary>Gets the resolved schedule.</summary>
    /// <exception cref="ScheduleTooExpensiveException">Resolving it takes too many steps.</exception>
    /// <exception cref="InvalidTaskException">This version does not accept it.</exception>
    public TaskSchedule Resolved => _resolved ??= schedule.Resolve(anchor, task, calendars.Get);

    /// <summary>Decides whether it belongs to an entry.</summary>
    public bool IsOf(TaskEntry entry) =>
        ReferenceEquals(schedule, entry.Schedule) && anchor == entry.Anchor && ReferenceEquals(calendars, entry.Calendars);

    /// <summary>Records why no next occurrence can be computed.</summary>
    public void NoteFault(string fault) => Fault = fault;

    /// <summary>Returns the first occurrence after an instant. Only occurrences after the registration count.</summary>
    /// <exception cref="ScheduleTooExpensiveException">Finding it takes too many steps.</exception>
    /// <exception cref="InvalidTaskException">This version does not accept it.</exception>
    public DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        // An occurrence that follows an earlier instant and lies after this one also follows this one.
        if (_last is { } last && last.After <= instant && !(last.Next <= instant))
        {
            return last.Next;
        }

        var next = Resolved.NextAfter(instant, plannedAfter: anchor);
        _last = new Answer(instant, next);
        return next;
    }

    /// <summary>Decides whether the next occurrence after an instant is known already.</summary>
    public bool Knows(DateTimeOffset instant) => _last is { } last && last.After <= instant && !(last.Next <= instant);

    private sealed record Answer(DateTimeOffset After, DateTimeOffset? Next);
}
