using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Records;

/// <summary>
/// Represents a stored task at an instant. A pause may have ended since, and its schedule may be over, although no activation was there to
/// store that.
/// </summary>
/// <param name="Entry">The task as it is stored.</param>
/// <param name="Now">The instant.</param>
internal readonly record struct TaskAt(TaskEntry Entry, DateTimeOffset Now)
{
    /// <summary>Gets its state, which takes into account that a pause may have ended.</summary>
    public TaskState State => Entry.EndOfPause <= Now ? TaskState.Active : Entry.State;

    /// <summary>Gets its changes. They include the end of a pause that no activation was there to record.</summary>
    public IReadOnlyList<TaskChange>? Changes =>
        Entry.EndOfPause is { } end && end <= Now && Entry.Changes?.Any(c => c.At == end && c.Kind == TaskEventKind.TaskResumed) != true
            ? Entry.With(new TaskChange { At = end, Kind = TaskEventKind.TaskResumed, Note = "its pause ended by itself" }).Changes
            : Entry.Changes;

    /// <summary>Decides whether its schedule has no further occurrence, so that a new registration starts it again.</summary>
    public bool IsOver()
    {
        _ = Entry.NextAfter(Now);
        var steps = SearchBudget.DefaultSteps;
        return IsOver(ref steps);
    }

    /// <summary>Decides the same with a limited number of steps. If that takes more steps, the answer is false.</summary>
    public bool IsOver(ref long steps) => Entry.State == TaskState.Completed
        || (State == TaskState.Active && Entry.Schedule is not (null or EverySchedule { Limits: null })
            && Entry.TryNextAfter(Now, ref steps, out var next) && next is null && Entry.ScheduleFault is null);

    /// <summary>Returns the task as people see it.</summary>
    /// <param name="handlerAvailable">Whether a silo has its handler.</param>
    /// <param name="started">Whether the scheduler is started.</param>
    /// <param name="done">
    /// The instant up to which no occurrence runs any more, or null if it is not known. It may lie ahead after the clock was put back.
    /// </param>
    public TaskInfo ToInfo(bool handlerAvailable, bool started, DateTimeOffset? done)
    {
        // If the next occurrence cannot be computed, this records the fault, which is then reported.
        _ = Entry.NextAfter(Now);
        var steps = SearchBudget.DefaultSteps;
        return ToInfo(handlerAvailable, started, done, ref steps);
    }

    /// <summary>Returns the same with a limited number of steps. If finding the next occurrence takes more steps, it is omitted.</summary>
    public TaskInfo ToInfo(bool handlerAvailable, bool started, DateTimeOffset? done, ref long steps)
    {
        var isPaused = State == TaskState.Paused;
        return new TaskInfo
        {
            Name = Entry.Name,
            Handler = Entry.Handler,
            State = IsOver(ref steps) ? TaskState.Completed : State,
            HandlerAvailable = handlerAvailable,
            DefinedInCode = Entry.DefinedBy.Code is not null,
            DefinedInConfiguration = Entry.DefinedBy.Configuration is not null,
            Schedule = Entry.Schedule,
            Arguments = Entry.Arguments,
            Headers = Entry.Headers,
            Options = Entry.EffectiveOptions,
            NextDue = Entry.Fires && started && Entry.TryNextAfter(done > Now ? done.Value : Now, ref steps, out var next) ? next : null,
            ScheduleFault = Entry.ScheduleFault,
            CreatedAt = Entry.CreatedAt,
            UpdatedAt = Entry.UpdatedAt,
            Revision = Entry.Revision,
            PauseNote = isPaused ? Entry.PauseNote : null,
            PausedUntil = isPaused ? Entry.PausedUntil : null,
            PausedBy = isPaused ? Entry.PausedBy : null,
            PausedAt = isPaused ? Entry.PausedAt : null,
            PausedOccurrences = isPaused && Entry.PauseCatchesUp ? PausedOccurrences.CatchUp : PausedOccurrences.Skip,
        };
    }
}
