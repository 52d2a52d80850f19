namespace OrleansTasks.Policies;

/// <summary>How often a schedule's occurrences have lost their silos, one silo after the other. Pure.</summary>
internal static class LossesInARow
{
    /// <summary>Losses that are noticed within this time are those of one silo: its successor needs longer than this to start, and the cluster to notice that it is gone.</summary>
    public static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    /// <summary>Counts the silos that the latest occurrences lost. One that ended in another way, or before the task was changed, ends the row.</summary>
    /// <param name="newestFirst">The task's results.</param>
    /// <param name="since">When the task was registered, paused or resumed last.</param>
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
