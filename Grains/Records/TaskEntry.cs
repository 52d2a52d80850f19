using System.Text.Json.Serialization;
using OrleansTasks.Schedules;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Records;

/// <summary>Represents a task as its partition stores it. It is immutable; a change creates a new one.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskEntry")]
internal sealed record TaskEntry
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required string Handler { get; init; }

    [Id(2)]
    public TaskState State { get; init; }

    /// <summary>Gets the schedule as it was given.</summary>
    [Id(3)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>Gets the instant from which a schedule counts that is relative to its registration.</summary>
    [Id(4)]
    public DateTimeOffset Anchor { get; init; }

    [Id(5)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>Gets the headers of its runs, or null if there are none.</summary>
    [Id(80), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskHeaders? Headers { get; init; }

    [Id(6)]
    public TaskOptions? Options { get; init; }

    /// <summary>
    /// Gets the stored mark of its definition (<see cref="DefinedBy"/>), which is usually the fingerprint of the code's definition. Null if
    /// it was registered at run time.
    /// </summary>
    [Id(7)]
    public string? Definition { get; init; }

    [Id(8)]
    public bool EachClusterStart { get; init; }

    [Id(9)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(10)]
    public DateTimeOffset UpdatedAt { get; init; }

    [Id(11)]
    public long Revision { get; init; }

    /// <summary>Gets the generation. Runs of earlier generations no longer belong to the task.</summary>
    [Id(30), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }

    public string? PauseNote
    {
        get => _pause?.Note;
        init => _pause = TaskPause.Keep(Pause with { Note = value });
    }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PausedUntil
    {
        get => _pause?.Until;
        init => _pause = TaskPause.Keep(Pause with { Until = value });
    }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PausedBy
    {
        get => _pause?.By;
        init => _pause = TaskPause.Keep(Pause with { By = value });
    }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PausedAt
    {
        get => _pause?.At;
        init => _pause = TaskPause.Keep(Pause with { At = value });
    }

    /// <summary>Gets whether occurrences within the pause are caught up when it ends, by the catch-up policy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PauseCatchesUp
    {
        get => _pause is { CatchesUp: true };
        init => _pause = TaskPause.Keep(Pause with { CatchesUp = value });
    }

    /// <summary>Gets, after the end of a pause, its start, until its occurrences have been caught up.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CatchUpFrom
    {
        get => _pause?.CatchUpFrom;
        init => _pause = TaskPause.Keep(Pause with { CatchUpFrom = value });
    }

    /// <summary>Gets the span that registered it last, to which its occurrences are linked, or null if nobody listened.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TraceContext? Trace
    {
        get => _pause?.Trace;
        init => _pause = TaskPause.Keep(Pause with { Trace = value });
    }

    /// <summary>Gets its last changes, the oldest first. Its first registration is not among them.</summary>
    [Id(19), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TaskChange>? Changes { get; init; }

    /// <summary>Gets whether the occurrence of a schedule with only one has become a run.</summary>
    [Id(13)]
    public bool OnceDone { get; init; }

    /// <summary>Gets the business calendars of the cluster, if the schedule names any. They are not stored with it.</summary>
    [JsonIgnore]
    public CalendarSet Calendars
    {
        get => _calendars ?? CalendarSet.Empty;
        private init => _calendars = value;
    }

    /// <summary>Gets who defined it.</summary>
    [JsonIgnore]
    public DefinitionMark DefinedBy => DefinitionMark.Of(Definition);

    [JsonIgnore]
    public TaskOptions EffectiveOptions => Options ?? TaskOptions.Default;

    /// <summary>Gets the guarantee for runs that the schedule creates.</summary>
    [JsonIgnore]
    public RunGuarantee OccurrenceGuarantee => EffectiveOptions.Guarantee ?? RunGuarantee.AtMostOnce;

    /// <summary>Gets the resolved schedule, or null without a schedule.</summary>
    /// <exception cref="ScheduleTooExpensiveException">Resolving it takes too many steps.</exception>
    /// <exception cref="InvalidTaskException">Another version stored it, and this one does not accept it.</exception>
    [JsonIgnore]
    public TaskSchedule? Resolved => Schedule is { IsCostly: true } ? View(Schedule).Resolved : Schedule?.Resolve(Anchor);

    /// <summary>Gets the resolved schedule, or null if it cannot be resolved. <see cref="ScheduleFault"/> then says why.</summary>
    [JsonIgnore]
    public TaskSchedule? ResolvedOrNull
    {
        get
        {
            try
            {
                return ScheduleFault is null ? Resolved : null;
            }
            catch (Exception e) when (e is ScheduleTooExpensiveException or InvalidTaskException)
            {
                View(Schedule!).NoteFault(e.Message);
                return null;
            }
        }
    }

    /// <summary>Gets why no next occurrence can be computed, so that nothing fires. Null if no fault is known.</summary>
    [JsonIgnore]
    public string? ScheduleFault => _view is { } view && view.IsOf(this) ? view.Fault : null;

    /// <summary>Gets whether the schedule has one occurrence, at an instant.</summary>
    [JsonIgnore]
    public bool OccursOnce => Schedule is AtSchedule or AfterSchedule;

    /// <summary>Gets whether occurrences become runs: now, or from the end of a pause.</summary>
    [JsonIgnore]
    public bool Fires => Schedule is not null && (State == TaskState.Active || EndOfPause is not null);

    /// <summary>
    /// Decides whether an occurrence becomes a run. One within a pause does not, even if it was due when the pause started.
    /// </summary>
    public bool FiresAt(DateTimeOffset due) => Fires && !(due < EndOfPause);

    /// <summary>Gets when a pause ends by itself, or null if it does not, or if there is none.</summary>
    internal DateTimeOffset? EndOfPause => State == TaskState.Paused ? PausedUntil : null;

    /// <summary>
    /// Returns the next occurrence after an instant. The only occurrence of a schedule may lie in the past until it has become a run.
    /// </summary>
    /// <returns>
    /// The occurrence, or null if there is none. Also null if it cannot be computed; <see cref="ScheduleFault"/> then says why.
    /// </returns>
    public DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        if (Schedule is null || ScheduleFault is not null)
        {
            return null;
        }

        try
        {
            return FindNext(Schedule, instant);
        }
        catch (Exception e) when (e is ScheduleTooExpensiveException or InvalidTaskException)
        {
            View(Schedule).NoteFault(e.Message);
            return null;
        }
    }

    /// <summary>Finds the next occurrence if that takes few steps. Otherwise it decides nothing.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="steps">The maximum number of steps, from which the used steps are subtracted.</param>
    /// <param name="next">The next occurrence, or null if there is none.</param>
    /// <returns>Whether the answer is known.</returns>
    public bool TryNextAfter(DateTimeOffset instant, ref long steps, out DateTimeOffset? next)
    {
        next = null;
        if (Schedule is null or EverySchedule { Limits: null } || ScheduleFault is not null || _view?.Knows(FirstOf(instant)) == true)
        {
            next = NextAfter(instant);
            return true;
        }

        if (steps <= 0)
        {
            return false;
        }

        var budget = new SearchBudget(steps);
        using var scope = budget.Enter();
        try
        {
            next = FindNext(Schedule, instant);
            return true;
        }
        catch (ScheduleTooExpensiveException)
        {
            return false;
        }
        catch (InvalidTaskException e)
        {
            View(Schedule).NoteFault(e.Message);
            return true;
        }
        finally
        {
            steps = SearchBudget.Left;
        }
    }

    /// <summary>
    /// Returns the next instant after another at which the task has work: an occurrence, or the end of a pause whose occurrences are caught
    /// up.
    /// </summary>
    public DateTimeOffset? NextWake(DateTimeOffset instant) => ResumeAfter(instant) ?? NextAfter(instant);

    /// <summary>Finds the same if that takes few steps; see <see cref="TryNextAfter"/>.</summary>
    public bool TryNextWake(DateTimeOffset instant, ref long steps, out DateTimeOffset? next)
    {
        next = ResumeAfter(instant);
        return next is not null || TryNextAfter(instant, ref steps, out next);
    }

    private DateTimeOffset? ResumeAfter(DateTimeOffset instant) => PauseCatchesUp && EndOfPause is { } end && end > instant ? end : null;

    private DateTimeOffset? FindNext(TaskSchedule schedule, DateTimeOffset instant) =>
        OccursOnce ? OnceDone ? null : Later(Resolved!.NextAfter(DateTimeOffset.MinValue), EndOfPause)
        : schedule.IsCostly ? View(schedule).NextAfter(FirstOf(instant))
        : schedule.Resolve(Anchor).NextAfter(FirstOf(instant), plannedAfter: Anchor);

    /// <summary>
    /// Returns the instant from which the search starts. No occurrence is planned before the registration or before the end of a pause.
    /// </summary>
    private DateTimeOffset FirstOf(DateTimeOffset instant) => Later(Later(instant, Anchor), EndOfPause?.AddTicks(-1))!.Value;

    private EntrySchedule View(TaskSchedule schedule)
    {
        if (_view is not { } view || !view.IsOf(this))
        {
            _view = view = new EntrySchedule(Name, schedule, Anchor, Calendars);
        }

        return view;
    }

    /// <summary>Decides whether an instant is the end of a pause whose occurrences are caught up.</summary>
    public bool ResumesAt(DateTimeOffset instant) => PauseCatchesUp && EndOfPause <= instant;

    /// <summary>Returns the state of the task at an instant.</summary>
    public TaskAt At(DateTimeOffset now) => new(this, now);

    /// <summary>
    /// Returns the entry after an explicit change of state. After a pause it contains what must be caught up. A pause that ended by itself
    /// was over then.
    /// </summary>
    public TaskEntry To(TaskState state, DateTimeOffset now)
    {
        var isOver = EndOfPause <= now;
        var at = state == TaskState.Active && isOver ? EndOfPause!.Value.AddTicks(-1) : now;
        return In(state, at) with
        {
            CatchUpFrom = state switch
            {
                TaskState.Cancelled => null,

                // Another pause continues the present one. Its setting for catching up applies to the whole pause.
                TaskState.Paused when !isOver => CatchUpFrom,
                _ => PauseCatchesUp ? PausedAt : CatchUpFrom,
            },
        };
    }

    /// <summary>Returns a copy with a change added.</summary>
    public TaskEntry With(TaskChange change) => this with { Changes = [.. (Changes ?? []).TakeLast(TaskChange.MaxKept - 1), change] };

    private TaskPause Pause => _pause ?? TaskPause.None;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => other > one ? other : one;

    /// <summary>Returns a copy in another state, without the data of a pause.</summary>
    public TaskEntry In(TaskState state, DateTimeOffset now) =>
        this with
        {
            State = state,
            PauseNote = null,
            PausedUntil = null,
            PausedBy = null,
            PausedAt = null,
            PauseCatchesUp = false,
            UpdatedAt = now
        };

    /// <summary>Returns a copy with the business calendars that its schedule names, if it names any.</summary>
    public TaskEntry With(CalendarSet calendars) =>
        ReferenceEquals(calendars, Calendars) || Schedule is null || !Schedule.CalendarNames.Any()
            ? this
            : this with { Calendars = calendars };

    // Few tasks are paused, or were registered while somebody listened. The others, of which there may be a million, use no memory for it.
    [Id(20)]
    private TaskPause? _pause;

    [NonSerialized]
    private CalendarSet? _calendars;

    [NonSerialized]
    private EntrySchedule? _view;
}
