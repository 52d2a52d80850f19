namespace OrleansTasks.Grains;

/// <summary>Which part of the runs of a task is wanted.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunsPageQuery")]
internal sealed record RunsPageQuery
{
    /// <summary>At most so many.</summary>
    [Id(0)]
    public int Limit { get; init; }

    /// <summary>Only runs that ended with a smaller sequence number; null: from the newest.</summary>
    [Id(1)]
    public long? Before { get; init; }

    /// <summary>The last run of the page before this one, if that had not ended; null: none.</summary>
    [Id(2)]
    public Guid? AfterRun { get; init; }

    /// <summary>The instant for which that run was planned.</summary>
    [Id(3)]
    public DateTimeOffset AfterPlanned { get; init; }

    /// <summary>Among how many of the runs that are due next, so that all pages are of the same ones.</summary>
    [Id(4)]
    public int Among { get; init; }

    /// <summary>The query for the page after one.</summary>
    public RunsPageQuery After(RunsPage page) => page.Runs[^1] is var last && last.Result is { } ended
        ? this with { Limit = Limit - page.Runs.Count, Before = ended.Sequence, AfterRun = null }
        : this with { Limit = Limit - page.Runs.Count, AfterRun = last.RunId.Value, AfterPlanned = last.ScheduledAt };

    /// <summary>Whether a run that has not ended comes after that of the page before.</summary>
    public bool IsAfter(RunInfo run) => AfterRun is not { } id || Compare(run.ScheduledAt, run.RunId.Value, AfterPlanned, id) > 0;

    /// <summary>The order of runs that have not ended: the latest first.</summary>
    public static int Compare(RunInfo a, RunInfo b) => Compare(a.ScheduledAt, a.RunId.Value, b.ScheduledAt, b.RunId.Value);

    private static int Compare(DateTimeOffset planned, Guid run, DateTimeOffset otherPlanned, Guid other) =>
        otherPlanned.CompareTo(planned) is var order && order != 0 ? order : run.CompareTo(other);
}
