using OrleansTasks.Grains;

namespace OrleansTasks.Runs;

/// <summary>Represents the outcome of an attempt, before it is numbered as a result.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunOutcome")]
internal sealed record RunOutcome
{
    [Id(0)]
    public RunStatus Status { get; init; }

    [Id(1)]
    public string? Error { get; init; }

    [Id(2)]
    public string? ErrorType { get; init; }

    [Id(3)]
    public string? Stack { get; init; }

    [Id(4)]
    public byte[]? Json { get; init; }

    [Id(5)]
    public DateTimeOffset? StartedAt { get; init; }

    [Id(6)]
    public DateTimeOffset FinishedAt { get; init; }

    [Id(7)]
    public string? Silo { get; init; }

    /// <summary>Gets whether the run was stopped because its silo stopped, and not on request.</summary>
    [Id(8)]
    public bool CutOff { get; init; }

    /// <summary>Gets what the handler said about further attempts.</summary>
    [Id(9)]
    public Steering Steering { get; init; }

    /// <summary>Gets when the handler asked to be run again; null if it did not.</summary>
    [Id(10)]
    public DateTimeOffset? AgainAt { get; init; }

    /// <summary>Gets the full names of the exception's type and of its base types; empty if the attempt did not fail.</summary>
    [Id(11)]
    public string[] ErrorTypes { get; init; } = [];

    /// <summary>Returns the outcome with an end no later than an instant: the clock of the attempt's silo may be ahead.</summary>
    public RunOutcome EndedBy(DateTimeOffset now) =>
        FinishedAt <= now ? this : this with { FinishedAt = now, AgainAt = AgainAt - (FinishedAt - now) };

    /// <summary>Returns the outcome by the task's present time, which was shifted since the attempt was ordered.</summary>
    /// <param name="by">The shift.</param>
    public RunOutcome MovedBy(TimeSpan by) =>
        by == TimeSpan.Zero ? this : this with { StartedAt = StartedAt + by, FinishedAt = FinishedAt + by, AgainAt = AgainAt + by };

    /// <summary>Gets the lines that the attempt logged.</summary>
    [Id(12)]
    public IReadOnlyList<RunLogLine> Log { get; init; } = [];

    /// <summary>Gets the approximate size, in bytes.</summary>
    public long Size =>
        256 + (Json?.Length ?? 0) + AnswerPage.SizeOf(Error) + AnswerPage.SizeOf(Stack)
            + Log.Sum(static l => 64 + AnswerPage.SizeOf(l.Category) + AnswerPage.SizeOf(l.Message));
}
