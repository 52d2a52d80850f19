namespace OrleansTasks.Policies;

/// <summary>What an occurrence does, from what is under way. Pure.</summary>
internal static class Overlaps
{
    public enum Decision
    {
        /// <summary>It runs now.</summary>
        Start,

        /// <summary>It does not run.</summary>
        Skip,

        /// <summary>It waits until those before it have ended.</summary>
        Queue,

        /// <summary>Those under way are asked to stop, those that wait are skipped, and it waits.</summary>
        Replace,
    }

    /// <param name="policy">The task's policy.</param>
    /// <param name="underWay">How many scheduled runs of the task have started and not ended.</param>
    /// <param name="queued">How many occurrences wait for those.</param>
    /// <param name="limit">How many may wait, where several may.</param>
    /// <param name="isMadeUp">Whether it is one that was missed: it is never skipped, as it was chosen to be made up for.</param>
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
