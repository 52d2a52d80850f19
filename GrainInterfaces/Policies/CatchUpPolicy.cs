namespace OrleansTasks;

/// <summary>
/// Defines what happens to missed occurrences. Occurrences are missed because no silo ran, a silo froze, or the clock was put forward.
/// </summary>
/// <remarks>
/// An occurrence that is late by no more than <see cref="TaskOptions.MisfireThreshold"/> is not missed; it runs late. If there are fewer of
/// those than <see cref="Limit"/>, missed occurrences run in addition, up to the limit: the newest ones, in their order. So a long outage
/// never makes all of its occurrences run at once.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.CatchUpPolicy")]
public sealed record CatchUpPolicy
{
    /// <summary>Gets the default policy: the newest missed occurrence runs, if it is less than a day late.</summary>
    public static CatchUpPolicy Last { get; } = new();

    /// <summary>Gets the policy that skips all missed occurrences.</summary>
    public static CatchUpPolicy None { get; } = new() { Limit = 0 };

    /// <summary>Gets the maximum number of occurrences that run. Default: 1. Range: 0 to 1,000.</summary>
    [Id(0)]
    public int Limit { get; init; } = 1;

    /// <summary>Gets how late a missed occurrence may be. Older ones are skipped. Default: 1 day. Range: 1 s to 400 days.</summary>
    [Id(1)]
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets the time between two catch-up runs. Default: zero, which starts each as soon as the overlap policy allows. Range: zero to 1
    /// day.
    /// </summary>
    [Id(2)]
    public TimeSpan Spread { get; init; }

    internal IEnumerable<string> Faults(string name)
    {
        if (Limit is < 0 or > 1000)
        {
            yield return $"{name}.Limit is {Limit}; 0 to 1000 are allowed.";
        }

        if (Window < TimeSpan.FromSeconds(1) || Window > TimeSpan.FromDays(400))
        {
            yield return $"{name}.Window is {Window}; 1 s to 400 days are allowed.";
        }

        if (Spread < TimeSpan.Zero || Spread > TimeSpan.FromDays(1))
        {
            yield return $"{name}.Spread is {Spread}; zero to 1 day are allowed.";
        }
    }
}
