using OrleansTasks.Grains;

namespace OrleansTasks.Runs;

/// <summary>What an attempt came to, before it is numbered as a result.</summary>
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

    /// <summary>Whether the run was stopped because its silo stopped, and not because somebody asked for it.</summary>
    [Id(8)]
    public bool CutOff { get; init; }

    /// <summary>What the handler said about further attempts.</summary>
    [Id(9)]
    public Steering Steering { get; init; }

    /// <summary>When it asked to be run again; null if it did not.</summary>
    [Id(10)]
    public DateTimeOffset? AgainAt { get; init; }

    /// <summary>The full names of the exception's type and of those that it derives from; none if it did not fail.</summary>
    [Id(11)]
    public string[] ErrorTypes { get; init; } = [];

    /// <summary>The same, ended no later than at an instant: the clock of the silo that it was on may be ahead.</summary>
    public RunOutcome EndedBy(DateTimeOffset now) => FinishedAt <= now ? this : this with { FinishedAt = now, AgainAt = AgainAt - (FinishedAt - now) };

    /// <summary>The same by its task's time as it is now, which was moved since the attempt was ordered.</summary>
    /// <param name="by">By how much.</param>
    public RunOutcome MovedBy(TimeSpan by) => by == TimeSpan.Zero ? this : this with { StartedAt = StartedAt + by, FinishedAt = FinishedAt + by, AgainAt = AgainAt + by };

    /// <summary>What the attempt logged.</summary>
    [Id(12)]
    public IReadOnlyList<RunLogLine> Log { get; init; } = [];

    /// <summary>About how many bytes it takes.</summary>
    public long Size => 256 + (Json?.Length ?? 0) + AnswerPage.SizeOf(Error) + AnswerPage.SizeOf(Stack) + Log.Sum(static l => 64 + AnswerPage.SizeOf(l.Category) + AnswerPage.SizeOf(l.Message));
}
