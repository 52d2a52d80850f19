namespace OrleansTasks.Simulation;

/// <summary>
/// Checks rate limits. A run takes its turn just before it begins, but long before it while there are faults. Therefore only attempts after
/// recovery count.
/// </summary>
internal static class RateJudge
{
    /// <summary>How long a run may take from its turn to its beginning, without faults.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(0.25);

    /// <summary>Returns a random rate limit that allows all requested runs.</summary>
    public static RateLimit SomeLimit(World world) => new() { Runs = world.Chance.Next(3, 7), Period = TimeSpan.FromSeconds(1) };

    /// <summary>Checks how many attempts begin in a period.</summary>
    public static void Judge(Judgement judgement, string what, RateLimit limit, IEnumerable<Truth.Attempt> attempts)
    {
        var begun = attempts.Where(a => a.BeganAt >= judgement.RecoveredSince).Select(static a => a.BeganAt).Order().ToList();
        for (var n = limit.Runs; n < begun.Count; n++)
        {
            judgement.Add(begun[n] - begun[n - limit.Runs] >= limit.Period - Slack,
                $"{what} may begin {limit.Runs} runs in {limit.Period}, and began {limit.Runs + 1} from "
                    + $"{begun[n - limit.Runs]:mm:ss.fff} to {begun[n]:mm:ss.fff}.");
        }
    }
}
