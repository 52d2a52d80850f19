namespace OrleansTasks.Policies;

/// <summary>Counts the consecutive silos that were lost during a schedule's occurrences. Pure.</summary>
internal static class LossesInARow
{
    /// <summary>
    /// The time within which losses count as the loss of one silo. A new silo needs longer to start, and the cluster to detect that it is
    /// gone.
    /// </summary>
    public static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Counts the silos that were lost during the latest occurrences. An occurrence that ended in another way, or before the task was
    /// changed, ends the sequence.
    /// </summary>
    /// <param name="newestFirst">The task's results.</param>
    /// <param name="since">When the task was last registered, paused or resumed.</param>
    public static int Count(IEnumerable<TaskResult> newestFirst, DateTimeOffset since)
    {
        var count = 0;
        DateTimeOffset? noticed = null;
        foreach (var result in newestFirst.Where(r => r.Trigger == RunTrigger.Schedule))
        {
            if (result.Status != RunStatus.Lost || result.FinishedAt <= since)
            {
                break;
            }

            if (noticed is null || noticed - result.FinishedAt > AtOnce)
            {
                count++;
            }

            noticed = result.FinishedAt;
        }

        return count;
    }
}
