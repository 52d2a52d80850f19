namespace OrleansTasks.Grains;

/// <summary>Specifies a part of the runs of a task.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunsPageQuery")]
internal sealed record RunsPageQuery
{
    /// <summary>Gets the maximum number of runs.</summary>
    [Id(0)]
    public int Limit { get; init; }

    /// <summary>Gets the sequence number below which runs must have ended. Null starts with the newest.</summary>
    [Id(1)]
    public long? Before { get; init; }

    /// <summary>Gets the last run of the previous page, if it had not ended. Null if there is none.</summary>
    [Id(2)]
    public Guid? AfterRun { get; init; }

    /// <summary>Gets the instant for which that run was planned.</summary>
    [Id(3)]
    public DateTimeOffset AfterPlanned { get; init; }

    /// <summary>Gets the number of next due runs that all pages take into account, so that they show the same runs.</summary>
    [Id(4)]
    public int Among { get; init; }

    /// <summary>Returns the query for the page after a given one.</summary>
    public RunsPageQuery After(RunsPage page) => page.Runs[^1] is var last && last.Result is { } ended
        ? this with { Limit = Limit - page.Runs.Count, Before = ended.Sequence, AfterRun = null }
        : this with { Limit = Limit - page.Runs.Count, AfterRun = last.RunId.Value, AfterPlanned = last.ScheduledAt };

    /// <summary>Decides whether a run that has not ended comes after the last one of the previous page.</summary>
    public bool IsAfter(RunInfo run) => AfterRun is not { } id || Compare(run.ScheduledAt, run.RunId.Value, AfterPlanned, id) > 0;

    /// <summary>Compares runs that have not ended: the latest comes first.</summary>
    public static int Compare(RunInfo a, RunInfo b) => Compare(a.ScheduledAt, a.RunId.Value, b.ScheduledAt, b.RunId.Value);

    private static int Compare(DateTimeOffset planned, Guid run, DateTimeOffset otherPlanned, Guid other) =>
        otherPlanned.CompareTo(planned) is var order && order != 0 ? order : run.CompareTo(other);
}
