namespace OrleansTasks.Simulation;

/// <summary>Judges rates. A run takes its turn a little before it begins, and while there are faults that may be long before: it is looked at what begins when all is well.</summary>
internal static class RateJudge
{
    /// <summary>How long it may take from a run's turn to its beginning when all is well.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(0.25);

    /// <summary>A rate by chance, which lets all through that is asked for.</summary>
    public static RateLimit SomeLimit(World world) => new() { Runs = world.Chance.Next(3, 7), Period = TimeSpan.FromSeconds(1) };

    /// <summary>Judges how many attempts begin in a period.</summary>
    public static void Judge(Judgement judgement, string what, RateLimit limit, IEnumerable<Truth.Attempt> attempts)
    {
        var begun = attempts.Where(a => a.BeganAt >= judgement.RecoveredSince).Select(static a => a.BeganAt).Order().ToList();
        for (var n = limit.Runs; n < begun.Count; n++)
        {
            judgement.Add(begun[n] - begun[n - limit.Runs] >= limit.Period - Slack, $"{what} may begin {limit.Runs} runs in {limit.Period}, and began {limit.Runs + 1} from {begun[n - limit.Runs]:mm:ss.fff} to {begun[n]:mm:ss.fff}.");
        }
    }
}
