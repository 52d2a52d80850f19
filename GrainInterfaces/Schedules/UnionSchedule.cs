using NodaTime;
using OrleansTasks.Schedules;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>Represents a schedule that combines others. See <see cref="TaskSchedule.Any"/> and <see cref="TaskSchedule.Except"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.UnionSchedule")]
public sealed record UnionSchedule : TaskSchedule
{
    /// <summary>The maximum number of schedules in one, and of exceptions: 100.</summary>
    public const int MaxSchedules = 100;

    // Schedules that are nested more deeply are rejected.
    private const int MaxDepth = 5;

    /// <summary>The maximum number of schedules in it, at any depth: 500.</summary>
    public const int MaxParts = 500;

    // Before this number of steps, stepping on is faster than comparing the exceptions with the schedules.
    private const int StepsBeforeComparing = 100;

    [NonSerialized]
    private Tuple<DateTimeOffset?>? _nothingSince;

    /// <summary>Creates a schedule.</summary>
    /// <param name="schedules">The schedules whose occurrences are included.</param>
    /// <param name="exceptions">The schedules whose occurrences are excluded.</param>
    /// <param name="check">Whether it is validated. Stored schedules are not, because they were validated at their registration.</param>
    internal UnionSchedule(IReadOnlyList<TaskSchedule> schedules, IReadOnlyList<TaskSchedule> exceptions, bool check = true)
    {
        (Schedules, Exceptions) = (schedules, exceptions);
        if (check)
        {
            CheckNew();
        }
    }

    /// <summary>Gets the schedules whose occurrences are included.</summary>
    [Id(0)]
    public IReadOnlyList<TaskSchedule> Schedules { get; private init; }

    /// <summary>Gets the schedules whose occurrences are excluded.</summary>
    [Id(1)]
    public IReadOnlyList<TaskSchedule> Exceptions { get; private init; }

    /// <inheritdoc />
    public bool Equals(UnionSchedule? other) =>
        base.Equals(other) && Schedules.SequenceEqual(other!.Schedules) && Exceptions.SequenceEqual(other.Exceptions);

    /// <inheritdoc />
    public override int GetHashCode() => Schedules.Concat(Exceptions).Aggregate(base.GetHashCode(), HashCode.Combine);

    /// <summary>Gets the zone of the first schedule that has one.</summary>
    internal override DateTimeZone? Zone => Schedules.Select(s => s.Zone).FirstOrDefault(z => z is not null);

    internal override IEnumerable<string> CalendarNames => base.CalendarNames.Concat(Parts.SelectMany(p => p.CalendarNames)).Distinct();

    internal override bool IsRelative => Parts.Any(p => p.IsOpen);

    internal override int LongestSearch => SearchOf(Schedules);

    internal override void Check()
    {
        if (Schedules is not { Count: > 0 and <= MaxSchedules } || Exceptions is not { Count: <= MaxSchedules }
            || Parts.Any(p => p is null))
        {
            throw new InvalidTaskException(null, [$"'any' has {Schedules?.Count ?? 0} schedules and 'except' {Exceptions?.Count ?? 0}; "
                + $"1 to {MaxSchedules}, and 0 to {MaxSchedules}, are allowed, and none of them may be null."]);
        }

        if (IsDeeperThan(MaxDepth, this))
        {
            throw new InvalidTaskException(null, [$"Schedules are nested more than {MaxDepth} levels deep. List them at fewer levels."]);
        }

        if (CountParts(this, MaxParts + 1) > MaxParts)
        {
            throw new InvalidTaskException(null, [$"A schedule contains more than {MaxParts} schedules, in 'any' and 'except' at all "
                + "levels together. Split it into several tasks."]);
        }

        var faults = Parts.Select(p => p.Fault()).OfType<string>().Distinct().ToList();
        if (faults.Count > 0)
        {
            throw new InvalidTaskException(null, faults);
        }

        if (!IsRelative && NextAny(DateTimeOffset.MinValue) is null)
        {
            throw new InvalidTaskException(null, [$"The schedule ({InWords()}) never occurs. Use one that occurs at least once."]);
        }
    }

    private IEnumerable<TaskSchedule> Parts => Schedules.Concat(Exceptions);

    private protected override PlannedInstant? Next(DateTimeOffset after) => NextAny(after);

    private protected override PlannedInstant? NextWithin(DateTimeOffset after, DateTimeOffset? until) => NextAny(after, until);

    /// <summary>Returns the instant before the next one of its parts. Nothing occurs before any part does, unless it is moved.</summary>
    private protected override DateTimeOffset AfterDropped(PlannedInstant dropped)
    {
        var after = base.AfterDropped(dropped);
        if (after > dropped.At || Limits?.Moves == true)
        {
            return after;
        }

        return Schedules.Min(s => s.NextAfter(dropped.At)) is { } next ? next.AddTicks(-1) : DateTimeOffset.MaxValue;
    }

    private protected override TaskSchedule ResolveCore(DateTimeOffset registeredAt, string? task,
        Func<string, BusinessCalendar?>? calendars)
    {
        var (schedules, exceptions) = (Resolved(Schedules), Resolved(Exceptions));
        return schedules.SequenceEqual(Schedules, ReferenceEqualityComparer.Instance)
            && exceptions.SequenceEqual(Exceptions, ReferenceEqualityComparer.Instance)
            ? this
            : this with { Schedules = schedules, Exceptions = exceptions, _nothingSince = null };

        List<TaskSchedule> Resolved(IReadOnlyList<TaskSchedule> parts) => [.. parts.Select(s => s.Resolve(registeredAt, task, calendars))];
    }

    private protected override ScheduleWords InWords() =>
        ScheduleWords.Combine([.. Schedules.Select(Quoted)], [.. Exceptions.Select(Quoted)]);

    private static string Quoted(TaskSchedule part) => part is UnionSchedule ? $"({part.Describe()})" : part.Describe();

    private PlannedInstant? NextAny(DateTimeOffset after, DateTimeOffset? until = null)
    {
        // Each excluded instant belongs to one of the schedules and one of the exceptions.
        var longest = Exceptions.Count == 0 ? 0 : Math.Min(SearchOf(Schedules), SearchOf(Exceptions));
        for (var n = 0; n <= longest; n++)
        {
            SearchBudget.Spend();
            PlannedInstant? first = null;
            foreach (var schedule in Schedules)
            {
                if (schedule.NextPlanned(after) is { } next
                    && (first is null || next.At < first.Value.At || (next.At == first.Value.At && !first.Value.Occurs)))
                {
                    first = next;
                }
            }

            if (first is not { } found || found.At > until || !Exceptions.Any(e => e.NextAfter(found.At.AddTicks(-1)) == found.At))
            {
                return first;
            }

            after = found.At;
            if (n >= StepsBeforeComparing && after >= NothingSince)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Gets the instant from which the exceptions leave nothing, or null if it is not known.</summary>
    private DateTimeOffset? NothingSince => (_nothingSince ??= new(ScheduleCover.Since(Schedules, Exceptions))).Item1;

    private static int SearchOf(IReadOnlyList<TaskSchedule> schedules) =>
        (int)Math.Min(MostSteps, schedules.Sum(s => (long)s.LongestSearch));

    /// <summary>Counts the nested schedules, up to a limit.</summary>
    private static int CountParts(TaskSchedule schedule, int most)
    {
        var count = 0;
        if (schedule is UnionSchedule { Schedules: not null, Exceptions: not null } union)
        {
            foreach (var part in union.Parts)
            {
                count += 1 + CountParts(part, most - count);
                if (count >= most)
                {
                    break;
                }
            }
        }

        return count;
    }

    // It descends no deeper than necessary, because a schedule in a message may be endlessly nested.
    private static bool IsDeeperThan(int depth, TaskSchedule schedule) =>
        depth == 0
            || (schedule is UnionSchedule { Schedules: not null, Exceptions: not null } union
                && union.Parts.Any(p => IsDeeperThan(depth - 1, p)));
}
