using System.Text.Json.Serialization;
using OrleansTasks.Schedules;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Records;

/// <summary>A task as its partition stores it. Immutable; a change makes a new one.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskEntry")]
internal sealed record TaskEntry
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required string Handler { get; init; }

    [Id(2)]
    public TaskState State { get; init; }

    /// <summary>The schedule as it was given.</summary>
    [Id(3)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>The instant from which a schedule that is relative to its registration counts.</summary>
    [Id(4)]
    public DateTimeOffset Anchor { get; init; }

    [Id(5)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>What goes with its runs besides their arguments; null if that is nothing.</summary>
    [Id(80), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskHeaders? Headers { get; init; }

    [Id(6)]
    public TaskOptions? Options { get; init; }

    /// <summary>The mark of whose definition this came from (<see cref="DefinedBy"/>), for most the fingerprint of the code's; null if it was registered while running.</summary>
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

    /// <summary>Runs of earlier generations do not belong to the task any more.</summary>
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

    /// <summary>Whether occurrences within the pause are made up for when it ends, as the catch-up policy says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PauseCatchesUp
    {
        get => _pause is { CatchesUp: true };
        init => _pause = TaskPause.Keep(Pause with { CatchesUp = value });
    }

    /// <summary>After the end of a pause: its beginning, while what was due in it is still to be made up for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CatchUpFrom
    {
        get => _pause?.CatchUpFrom;
        init => _pause = TaskPause.Keep(Pause with { CatchUpFrom = value });
    }

    /// <summary>The span that registered it last, to which its occurrences are linked; null if nobody listened.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TraceContext? Trace
    {
        get => _pause?.Trace;
        init => _pause = TaskPause.Keep(Pause with { Trace = value });
    }

    /// <summary>The last changes that were made to it, the oldest first; its first registration is not among them.</summary>
    [Id(19), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TaskChange>? Changes { get; init; }

    /// <summary>Whether the one occurrence of a schedule that has just one has become a run.</summary>
    [Id(13)]
    public bool OnceDone { get; init; }

    /// <summary>The business calendars of the cluster, if the schedule names any. Not stored with it.</summary>
    [JsonIgnore]
    public CalendarSet Calendars
    {
        get => _calendars ?? CalendarSet.Empty;
        private init => _calendars = value;
    }

    /// <summary>Whose definition this came from.</summary>
    [JsonIgnore]
    public DefinitionMark DefinedBy => DefinitionMark.Of(Definition);

    [JsonIgnore]
    public TaskOptions EffectiveOptions => Options ?? TaskOptions.Default;

    /// <summary>What is promised of runs that the schedule makes.</summary>
    [JsonIgnore]
    public RunGuarantee OccurrenceGuarantee => EffectiveOptions.Guarantee ?? RunGuarantee.AtMostOnce;

    /// <summary>The schedule with nothing left open; null without one.</summary>
    /// <exception cref="ScheduleTooExpensiveException">Filling in what it leaves open takes too much.</exception>
    /// <exception cref="InvalidTaskException">It was stored by another version, and this one does not take it.</exception>
    [JsonIgnore]
    public TaskSchedule? Resolved => Schedule is { IsCostly: true } ? View(Schedule).Resolved : Schedule?.Resolve(Anchor);

    /// <summary>The same, or null if it cannot be had, which <see cref="ScheduleFault"/> says then.</summary>
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

    /// <summary>Why the schedule cannot be looked ahead, so that nothing fires; null if nothing is known against it.</summary>
    [JsonIgnore]
    public string? ScheduleFault => _view is { } view && view.IsOf(this) ? view.Fault : null;

    /// <summary>Whether the schedule has one occurrence, at an instant.</summary>
    [JsonIgnore]
    public bool OccursOnce => Schedule is AtSchedule or AfterSchedule;

    /// <summary>Whether occurrences become runs: now, or from the end of a pause on.</summary>
    [JsonIgnore]
    public bool Fires => Schedule is not null && (State == TaskState.Active || EndOfPause is not null);

    /// <summary>Whether an occurrence becomes a run: one within a pause does not, even if it was due when the pause came.</summary>
    public bool FiresAt(DateTimeOffset due) => Fires && !(due < EndOfPause);

    /// <summary>When a pause ends by itself; null if it does not, or there is none.</summary>
    internal DateTimeOffset? EndOfPause => State == TaskState.Paused ? PausedUntil : null;

    /// <summary>The next occurrence after an instant. The only one of a schedule that has just one may lie in the past, until it became a run.</summary>
    /// <returns>Null also if the schedule cannot be looked ahead, which <see cref="ScheduleFault"/> says then.</returns>
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

    /// <summary>The same if it takes few steps; otherwise nothing is decided.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="steps">The most steps; what they come to is taken from them.</param>
    /// <param name="next">The next occurrence; null if there is none.</param>
    /// <returns>Whether it is known.</returns>
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

    /// <summary>The next instant after another at which something is to be done: an occurrence, or the end of a pause after which some are made up for.</summary>
    public DateTimeOffset? NextWake(DateTimeOffset instant) => ResumeAfter(instant) ?? NextAfter(instant);

    /// <summary>The same if it takes few steps; see <see cref="TryNextAfter"/>.</summary>
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

    /// <summary>The instant from which one looks: nothing is planned for before the registration, or before the end of a pause.</summary>
    private DateTimeOffset FirstOf(DateTimeOffset instant) => Later(Later(instant, Anchor), EndOfPause?.AddTicks(-1))!.Value;

    private EntrySchedule View(TaskSchedule schedule)
    {
        if (_view is not { } view || !view.IsOf(this))
        {
            _view = view = new EntrySchedule(Name, schedule, Anchor, Calendars);
        }

        return view;
    }

    /// <summary>Whether an instant is the end of a pause after which occurrences are made up for.</summary>
    public bool ResumesAt(DateTimeOffset instant) => PauseCatchesUp && EndOfPause <= instant;

    /// <summary>What holds of it at an instant.</summary>
    public TaskAt At(DateTimeOffset now) => new(this, now);

    /// <summary>The same after a change of state that was asked for. After a pause it knows what is to be made up for; one that ended by itself was over then.</summary>
    public TaskEntry To(TaskState state, DateTimeOffset now)
    {
        var isOver = EndOfPause <= now;
        var at = state == TaskState.Active && isOver ? EndOfPause!.Value.AddTicks(-1) : now;
        return In(state, at) with
        {
            CatchUpFrom = state switch
            {
                TaskState.Cancelled => null,

                // Pausing again goes on with the pause, and decides anew over all of it.
                TaskState.Paused when !isOver => CatchUpFrom,
                _ => PauseCatchesUp ? PausedAt : CatchUpFrom,
            },
        };
    }

    /// <summary>The same with a change noted.</summary>
    public TaskEntry With(TaskChange change) => this with { Changes = [.. (Changes ?? []).TakeLast(TaskChange.MaxKept - 1), change] };

    private TaskPause Pause => _pause ?? TaskPause.None;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => other > one ? other : one;

    /// <summary>The same in another state, without what belongs to a pause.</summary>
    public TaskEntry In(TaskState state, DateTimeOffset now) =>
        this with { State = state, PauseNote = null, PausedUntil = null, PausedBy = null, PausedAt = null, PauseCatchesUp = false, UpdatedAt = now };

    /// <summary>The same with the business calendars that its schedule names, if it names any.</summary>
    public TaskEntry With(CalendarSet calendars) => ReferenceEquals(calendars, Calendars) || Schedule is null || !Schedule.CalendarNames.Any() ? this : this with { Calendars = calendars };

    // Few tasks are paused, or were registered while somebody listened; the others, of which there may be a million, do without what belongs to that.
    [Id(20)]
    private TaskPause? _pause;

    [NonSerialized]
    private CalendarSet? _calendars;

    [NonSerialized]
    private EntrySchedule? _view;
}
