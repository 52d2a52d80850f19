namespace OrleansTasks.Chaos.Judging;

/// <summary>A task that was registered, and that is to fire at every instant of its schedule in a period.</summary>
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

/// <summary>A dispatch that was acknowledged.</summary>
internal sealed record Dispatched(RunId Run, RunGuarantee Guarantee, DateTimeOffset DueAt, TaskResult? Result)
{
    /// <summary>When the answer came.</summary>
    public DateTimeOffset AcceptedAt { get; init; } = DueAt;
}

/// <summary>What a partition said of its storage.</summary>
/// <param name="At">When that was heard.</param>
/// <param name="Kind">That storage went back, or that something is lost.</param>
/// <param name="Text">In words.</param>
internal sealed record Notice(DateTimeOffset At, TaskEventKind Kind, string Text)
{
    private const string Lost = "SchedulerGrain[256]";
    private const string WentBack = "SchedulerGrain[257]";

    /// <summary>Reads a line of a silo's log; null if it is of something else.</summary>
    public static Notice? Read(string line, DateTimeOffset at) =>
        line.Contains(Lost, StringComparison.Ordinal) ? new(at, TaskEventKind.StorageLost, line)
        : line.Contains(WentBack, StringComparison.Ordinal) ? new(at, TaskEventKind.StorageWentBack, line)
        : null;
}

/// <summary>A run that was asked for, and what came of it; null: nothing did.</summary>
internal sealed record Requested(RunGuarantee Guarantee, TaskResult? Result, string? Error);

/// <summary>An acknowledged run of a handler that does what no handler should, how it is to end, and how it did; null: it did not.</summary>
internal sealed record HostileRun(RunId Run, RunStatus Expected, RunStatus? Status)
{
    /// <summary>When its dispatch was acknowledged.</summary>
    public DateTimeOffset AcceptedAt { get; init; }
}

/// <summary>All that the cluster said to its clients.</summary>
internal sealed record Claims(IReadOnlyList<ScheduledTask> Tasks, IReadOnlyList<Dispatched> Dispatches, IReadOnlyList<Requested> Requests, IReadOnlyDictionary<Guid, TaskResult> Results)
{
    /// <summary>What came of runs whose handlers do what no handler should.</summary>
    public IReadOnlyList<HostileRun> Hostile { get; init; } = [];

    /// <summary>What partitions said of their storage in events; null: nobody listened.</summary>
    public IReadOnlyList<Notice>? Notices { get; init; }

    /// <summary>What silos logged of their partitions' storage; null: nobody reads their logs.</summary>
    public IReadOnlyList<Notice>? Logged { get; init; }

    /// <summary>What a subscriber of all results got.</summary>
    public Subscription Subscription { get; init; } = Subscription.None;
}
