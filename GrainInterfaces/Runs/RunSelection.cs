namespace OrleansTasks;

/// <summary>
/// Selects ended runs for an operation on all of them (<see cref="ITaskClient.ApplyAsync"/>), by a query or by their ids.
/// </summary>
public sealed record RunSelection
{
    /// <summary>The maximum number of <see cref="Runs"/>.</summary>
    public const int MaxRuns = 1_000;

    /// <summary>
    /// Gets the query, for runs that have ended by the time of the call. Without statuses, it selects all runs that did not succeed and
    /// were not discarded; runs that succeeded must be named. Default: null, which uses <see cref="Runs"/>.
    /// </summary>
    public RunQuery? Query { get; init; }

    /// <summary>Gets the ids of the runs, up to <see cref="MaxRuns"/>. Default: empty, which uses <see cref="Query"/>.</summary>
    public IReadOnlyList<RunId> Runs { get; init; } = [];

    /// <summary>Selects the runs that a query finds.</summary>
    /// <param name="query">The query.</param>
    /// <returns>The selection.</returns>
    public static RunSelection Of(RunQuery query) => new() { Query = query };

    /// <summary>Selects runs by their ids.</summary>
    /// <param name="runs">The ids of the runs.</param>
    /// <returns>The selection.</returns>
    public static RunSelection Of(IEnumerable<RunId> runs) => new() { Runs = [.. runs] };

    /// <summary>Returns the faults, or none.</summary>
    internal IReadOnlyList<string> Faults()
    {
        if ((Query is null) == (Runs.Count == 0))
        {
            return [Query is null ? "The selection has neither runs nor a query; set one of them." : "The selection has both runs and a "
                + "query; set only one of them."];
        }

        return Runs.Count > MaxRuns ? [$"The selection has {Runs.Count} runs; {MaxRuns} are allowed. A query can select any number."]
            : Runs.Any(static r => r.Task is null) ? ["A run id in the selection is empty. Remove it, or give the id of a run."]
            : Query?.Faults() ?? [];
    }
}
