namespace OrleansTasks;

/// <summary>Selects runs that have ended, for something that is done with all of them (<see cref="ITaskClient.RetryAllAsync"/>): those that a query finds, or some by their ids.</summary>
public sealed record RunSelection
{
    /// <summary>The greatest number of <see cref="Runs"/>.</summary>
    public const int MaxRuns = 1_000;

    /// <summary>
    /// Which runs, of those that have ended by the call. Without statuses these are all that did not succeed; runs that succeeded have to be asked for. Default: null; then <see cref="Runs"/> says it.
    /// </summary>
    public RunQuery? Query { get; init; }

    /// <summary>The runs, up to <see cref="MaxRuns"/>. Default: empty; then <see cref="Query"/> says it.</summary>
    public IReadOnlyList<RunId> Runs { get; init; } = [];

    /// <summary>Selects what a query finds.</summary>
    /// <param name="query">The query.</param>
    /// <returns>The selection.</returns>
    public static RunSelection Of(RunQuery query) => new() { Query = query };

    /// <summary>Selects some runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>The selection.</returns>
    public static RunSelection Of(IEnumerable<RunId> runs) => new() { Runs = [.. runs] };

    /// <summary>What is wrong with it; empty if nothing is.</summary>
    internal IReadOnlyList<string> Faults()
    {
        if ((Query is null) == (Runs.Count == 0))
        {
            return [Query is null ? "It names no runs and no query." : "It names runs and a query; one of them says which runs are meant."];
        }

        return Runs.Count > MaxRuns ? [$"It names {Runs.Count} runs; {MaxRuns} are allowed. A query can select any number."]
            : Runs.Any(static r => r.Task is null) ? ["One of the ids of runs is empty."]
            : Query?.Faults() ?? [];
    }
}
