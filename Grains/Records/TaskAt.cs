using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Records;

/// <summary>A stored task as it is at an instant: meanwhile a pause may have ended by itself, and its schedule may be over, although nobody was there to store that.</summary>
/// <param name="Entry">The task as it is stored.</param>
/// <param name="Now">The instant.</param>
internal readonly record struct TaskAt(TaskEntry Entry, DateTimeOffset Now)
{
    /// <summary>Its state: a pause may have ended by itself.</summary>
    public TaskState State => Entry.EndOfPause <= Now ? TaskState.Active : Entry.State;

    /// <summary>The changes that are told of it: that a pause has ended by itself is one of them, and nobody was there to note it.</summary>
    public IReadOnlyList<TaskChange>? Changes =>
        Entry.EndOfPause is { } end && end <= Now && Entry.Changes?.Any(c => c.At == end && c.Kind == TaskEventKind.TaskResumed) != true
            ? Entry.With(new TaskChange { At = end, Kind = TaskEventKind.TaskResumed, Note = "its pause ended by itself" }).Changes
            : Entry.Changes;

    /// <summary>Whether its schedule has no further occurrence, so that starting anew is what registering it again means.</summary>
    public bool IsOver()
    {
        _ = Entry.NextAfter(Now);
        var steps = SearchBudget.DefaultSteps;
        return IsOver(ref steps);
    }

    /// <summary>The same; where finding out takes more steps than these, it is not over.</summary>
    public bool IsOver(ref long steps) => Entry.State == TaskState.Completed
        || (State == TaskState.Active && Entry.Schedule is not (null or EverySchedule { Limits: null }) && Entry.TryNextAfter(Now, ref steps, out var next) && next is null && Entry.ScheduleFault is null);

    /// <summary>The task as people see it.</summary>
    /// <param name="handlerAvailable">Whether a silo has its handler.</param>
    /// <param name="started">Whether the scheduler is started.</param>
    /// <param name="done">The instant up to which no occurrence is made any more, which may lie ahead after the clock was put back; null if it is not known.</param>
    public TaskInfo ToInfo(bool handlerAvailable, bool started, DateTimeOffset? done)
    {
        // What cannot be found is noted then, and told.
        _ = Entry.NextAfter(Now);
        var steps = SearchBudget.DefaultSteps;
        return ToInfo(handlerAvailable, started, done, ref steps);
    }

    /// <summary>The same; where finding the next occurrence takes more steps than these, it is left out.</summary>
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
