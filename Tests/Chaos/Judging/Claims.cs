namespace OrleansTasks.Chaos.Judging;

/// <summary>Represents a registered task that must fire at every instant of its schedule in a period.</summary>
internal sealed record ScheduledTask(string Name, TaskSchedule Schedule, RunGuarantee Guarantee, DateTimeOffset From, DateTimeOffset To)
{
    public IEnumerable<DateTimeOffset> Targets()
    {
        for (var next = Schedule.NextAfter(From); next is { } due && due <= To; next = Schedule.NextAfter(due))
        {
            yield return due;
        }
    }
}

/// <summary>Represents an acknowledged dispatch.</summary>
internal sealed record Dispatched(RunId Run, RunGuarantee Guarantee, DateTimeOffset DueAt, TaskResult? Result)
{
    /// <summary>Gets when the acknowledgement arrived.</summary>
    public DateTimeOffset AcceptedAt { get; init; } = DueAt;
}

/// <summary>Represents what a partition said about its storage.</summary>
/// <param name="At">When the checker received it.</param>
/// <param name="Kind">Whether storage went back or something is lost.</param>
/// <param name="Text">The message.</param>
internal sealed record Notice(DateTimeOffset At, TaskEventKind Kind, string Text)
{
    private const string Lost = "SchedulerGrain[256]";
    private const string WentBack = "SchedulerGrain[257]";

    /// <summary>Reads a line of a silo's log. Returns null if the line is about something else.</summary>
    public static Notice? Read(string line, DateTimeOffset at) =>
        line.Contains(Lost, StringComparison.Ordinal) ? new(at, TaskEventKind.StorageLost, line)
        : line.Contains(WentBack, StringComparison.Ordinal) ? new(at, TaskEventKind.StorageWentBack, line)
        : null;
}

/// <summary>Represents a requested run with its result or error. Both are null without an answer.</summary>
internal sealed record Requested(RunGuarantee Guarantee, TaskResult? Result, string? Error);

/// <summary>
/// Represents an acknowledged run of a handler that misbehaves, with its expected status and its real one; null if it did not end.
/// </summary>
internal sealed record HostileRun(RunId Run, RunStatus Expected, RunStatus? Status)
{
    /// <summary>Gets when the dispatch was acknowledged.</summary>
    public DateTimeOffset AcceptedAt { get; init; }
}

/// <summary>Stores everything that the cluster told its clients.</summary>
internal sealed record Claims(IReadOnlyList<ScheduledTask> Tasks, IReadOnlyList<Dispatched> Dispatches, IReadOnlyList<Requested> Requests,
    IReadOnlyDictionary<Guid, TaskResult> Results)
{
    /// <summary>Gets the outcomes of the runs whose handlers misbehave.</summary>
    public IReadOnlyList<HostileRun> Hostile { get; init; } = [];

    /// <summary>Gets the outcomes of the runs that save how far they are.</summary>
    public IReadOnlyList<ListRun> Lists { get; init; } = [];

    /// <summary>Gets the account book; null if there is none.</summary>
    public Book? Book { get; init; }

    /// <summary>Gets the events of partitions about their storage. Null: nobody listened.</summary>
    public IReadOnlyList<Notice>? Notices { get; init; }

    /// <summary>Gets what silos logged about their partitions' storage. Null: their logs are not available.</summary>
    public IReadOnlyList<Notice>? Logged { get; init; }

    /// <summary>Gets what a subscriber of all results received.</summary>
    public Subscription Subscription { get; init; } = Subscription.None;
}
