namespace OrleansTasks.Policies;

/// <summary>Decides what happens to an occurrence while earlier ones are active. Pure.</summary>
internal static class Overlaps
{
    public enum Decision
    {
        /// <summary>The occurrence runs now.</summary>
        Start,

        /// <summary>The occurrence does not run.</summary>
        Skip,

        /// <summary>The occurrence waits until the earlier ones have ended.</summary>
        Queue,

        /// <summary>Active runs are asked to stop, waiting occurrences are skipped, and the occurrence waits.</summary>
        Replace,
    }

    /// <summary>Returns the decision for an occurrence.</summary>
    /// <param name="policy">The task's policy.</param>
    /// <param name="underWay">The number of scheduled runs of the task that have started and not ended.</param>
    /// <param name="queued">The number of occurrences that wait for those.</param>
    /// <param name="limit">How many may wait, if the policy allows several.</param>
    /// <param name="isMadeUp">
    /// Whether it is a missed occurrence that is caught up. It is never skipped, because it was already selected.
    /// </param>
    public static Decision Of(OverlapPolicy policy, int underWay, int queued, int limit, bool isMadeUp) => policy switch
    {
        OverlapPolicy.Allow => Decision.Start,
        _ when underWay + queued == 0 => Decision.Start,
        _ when isMadeUp => Decision.Queue,
        OverlapPolicy.QueueOne when queued == 0 => Decision.Queue,
        OverlapPolicy.QueueAll when queued < limit => Decision.Queue,
        OverlapPolicy.CancelRunning => Decision.Replace,
        _ => Decision.Skip,
    };
}
