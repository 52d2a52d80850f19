using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Marks runs that may be repeated when an attempt of them is about to start. The loss of the silo then counts wherever the run is resumed.
/// Pure.
/// </summary>
/// <remarks>
/// The first attempt is marked in a write that happens anyway: the one that accepts the run, or the one that hands it to its task grain.
/// The mark may be somewhat earlier than the start. From the first failure or loss on, attempts are marked exactly, each in a write of its
/// own.
/// </remarks>
internal static class LossMarks
{
    // The mark is written with the whole run.
    private const int LargestRewritten = 16 << 10;
    private const int MostNamed = 10;

    /// <summary>Returns whether the first attempt of a run can be marked in a write that happens anyway.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Its task's options.</param>
    public static bool IsFresh(StoredRun run, TaskOptions options) =>
        run is { Guarantee: RunGuarantee.AtLeastOnce, Result: null, Attempts: 0, EndedAttempts: 0, Losses: 0 } && options.MaxLosses != 1;

    /// <summary>Returns the same for a run that is already stored and would be written again.</summary>
    public static bool IsFreshAndSmall(StoredRun run, TaskOptions options) => IsFresh(run, options) && run.HeldBytes <= LargestRewritten;

    /// <summary>Returns the run with its first attempt marked for the activation that makes the attempt.</summary>
    public static StoredRun Mark(StoredRun run, Guid activation) => run with { Attempts = 1, Marker = activation };

    /// <summary>Returns whether an attempt was marked by an activation that has left, and its end is unknown.</summary>
    public static bool IsLost(StoredRun run, Guid activation) =>
        run is { Guarantee: RunGuarantee.AtLeastOnce, Result: null } && run.Attempts > run.EndedAttempts && run.Marker != activation;

    /// <summary>Lists the runs that were in progress when their silo was lost, for the log. Returns null if there are none.</summary>
    public static string? Describe(IEnumerable<StoredRun> runs)
    {
        var lost = runs.Where(static r => r.Result is null && r.Attempts > r.EndedAttempts).OrderByDescending(static r => r.Losses)
            .ToList();
        var named = lost.Take(MostNamed)
            .Select(static r => $"{r.RunId} (attempt {r.Attempts}{(r.Losses == 0 ? "" : $", lost {r.Losses} times before")})");
        return lost.Count == 0 ? null : string.Join(", ", named) + (lost.Count > MostNamed ? $" and {lost.Count - MostNamed} more" : "");
    }
}
