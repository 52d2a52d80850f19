namespace OrleansTasks.Running;

/// <summary>Follows what runs wait for. What a run is and waits for is asked of others; the rest is pure.</summary>
internal static class WaitChain
{
    private const int MostRuns = 64;

    /// <summary>What was found.</summary>
    /// <param name="Cycle">The runs of a circle, the first one again at the end; null if there is none.</param>
    /// <param name="Blocked">A run at the end of the chain that has not begun; null if there is none.</param>
    public readonly record struct Finding(IReadOnlyList<RunId>? Cycle, RunInfo? Blocked);

    /// <summary>Follows the chain from a run that is waited for.</summary>
    /// <param name="self">The run that waits.</param>
    /// <param name="target">The run that it waits for.</param>
    /// <param name="find">Tells a run as it stands; null if nothing is known of it.</param>
    public static async Task<Finding> FollowAsync(RunId self, RunId target, Func<RunId, Task<RunInfo?>> find)
    {
        var cameFrom = new Dictionary<RunId, RunId> { [target] = self };
        var open = new Queue<RunId>([target]);
        RunInfo? blocked = null;
        while (open.TryDequeue(out var run))
        {
            if (run == self)
            {
                return new Finding(PathTo(self, cameFrom), null);
            }

            if (await find(run).ConfigureAwait(false) is not { } info || info.Status.IsFinal())
            {
                continue;
            }

            blocked ??= info.Status == RunStatus.Waiting ? info : null;
            foreach (var next in info.Awaits.Where(n => cameFrom.Count < MostRuns && cameFrom.TryAdd(n, run)))
            {
                open.Enqueue(next);
            }
        }

        return new Finding(null, blocked);
    }

    private static List<RunId> PathTo(RunId self, Dictionary<RunId, RunId> cameFrom)
    {
        var path = new List<RunId> { self };
        for (var run = cameFrom[self]; run != self; run = cameFrom[run])
        {
            path.Add(run);
        }

        path.Add(self);
        path.Reverse();
        return path;
    }
}
