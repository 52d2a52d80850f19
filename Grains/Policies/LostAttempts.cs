using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Policies;

/// <summary>Decides what happens to a run that may be repeated when the silo of an attempt is lost. Pure.</summary>
internal static class LostAttempts
{
    /// <summary>The default for how many attempts may be lost with their silos.</summary>
    public const int DefaultMost = 3;

    /// <summary>How long a last attempt is delayed while that of another run of the task is active.</summary>
    public static readonly TimeSpan PutOff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The number of attempts in a row that may be lost without counting, because they had saved something.</summary>
    public const int MostSpared = 10;

    /// <summary>
    /// Decides whether a lost attempt does not count: it has saved something, so that the next attempt begins further on, and not too many
    /// in a row were spared.
    /// </summary>
    /// <param name="checkpoint">What the run's handler saved last, or null.</param>
    /// <param name="attempt">The number of the lost attempt.</param>
    /// <param name="spared">The number of attempts that were spared immediately before it.</param>
    public static bool IsSpared(RunCheckpoint? checkpoint, int attempt, int spared) =>
        checkpoint?.Attempt == attempt && spared < MostSpared;

    /// <summary>Returns the number of losses that end a run of a task.</summary>
    public static int Most(TaskOptions? options) => options?.MaxLosses ?? DefaultMost;

    /// <summary>
    /// Returns the wait before the next attempt: none after the first loss (a starting silo waits until it is up), then 10 s, 20 s and so
    /// on up to 5 minutes. Up to a fifth is added, so that runs that were lost together do not start together.
    /// </summary>
    public static TimeSpan Wait(int losses, Guid run)
    {
        if (losses <= 1)
        {
            return TimeSpan.Zero;
        }

        var wait = Math.Min(Second.Ticks * Math.Pow(2, losses - 2), Longest.Ticks);
        return TimeSpan.FromTicks((long)(wait * (1 + (0.2 * Math.Abs(run.GetHashCode() % 1000) / 1000.0))));
    }

    /// <summary>
    /// Decides whether a run has one attempt left: if that is lost too, the run ends. It starts only while no other such attempt of its
    /// task is active, so that the run that causes the losses can be identified.
    /// </summary>
    public static bool IsLastChance(int losses, int most) => losses > 0 && losses == most - 1;

    /// <summary>Returns the outcome of a run that lost too many attempts.</summary>
    /// <param name="losses">The number of lost attempts.</param>
    /// <param name="attempt">The number of the last one.</param>
    /// <param name="startedAt">When it started, or null if it is not known.</param>
    /// <param name="silo">Its silo, or null if it is not known.</param>
    /// <param name="now">The instant of the end.</param>
    public static RunOutcome Outcome(int losses, int attempt, DateTimeOffset? startedAt, string? silo, DateTimeOffset now) => new()
    {
        Status = RunStatus.Lost,
        Error = $"{(losses == 1 ? "Its silo was lost" : $"{losses} times the silo was lost")} while an attempt of this run was active, "
            + $"the last time during attempt {attempt}{(silo is null ? "" : $" on {silo}")}. The run is not retried "
                + $"({nameof(TaskOptions)}.{nameof(TaskOptions.MaxLosses)}): its handler, or the code that reads its arguments, may end "
                    + "its process.",
        StartedAt = startedAt,
        FinishedAt = now,
        Silo = silo,
    };
}
