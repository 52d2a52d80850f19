namespace OrleansTasks.Chaos.Judging;

/// <summary>Represents an acknowledged run that goes through a list.</summary>
/// <param name="Run">The run.</param>
/// <param name="Items">The number of items.</param>
/// <param name="AcceptedAt">When the dispatch was acknowledged.</param>
/// <param name="Status">How it ended; null if it did not.</param>
internal sealed record ListRun(RunId Run, int Items, DateTimeOffset AcceptedAt, RunStatus? Status);

/// <summary>Stores what is wrong with runs that save how far they are, and how much was tested.</summary>
internal sealed record ListVerdict
{
    public static readonly ListVerdict None = new();

    /// <summary>Gets the number of acknowledged runs.</summary>
    public int Runs { get; init; }

    /// <summary>Gets the number of calls of the handler that began with a checkpoint.</summary>
    public int Continued { get; init; }

    /// <summary>Gets the largest number of calls of the handler for one run.</summary>
    public int MostCalls { get; init; }

    /// <summary>
    /// Gets the number of attempts that began before an item that was stored as done, or beyond an item that was not done.
    /// </summary>
    public int Misplaced { get; init; }

    /// <summary>Gets the number of stored steps that were computed again.</summary>
    public int Recomputed { get; init; }

    /// <summary>Gets the number of runs that did not succeed.</summary>
    public int Unfinished { get; init; }

    /// <summary>Gets the number of runs, checkpoints and results that the store forgot and no living silo knew.</summary>
    public int Forgotten { get; init; }

    /// <summary>Gets one line for each broken promise.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];
}
