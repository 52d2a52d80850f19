namespace OrleansTasks;

/// <summary>What becomes of occurrences that were missed: because nothing ran, because a silo stood still, or because the clock was put forward.</summary>
/// <remarks>
/// An occurrence that is late by no more than <see cref="TaskOptions.MisfireThreshold"/> is not missed; it runs late. If those are fewer than <see cref="Limit"/>, missed ones run
/// in addition, the newest that there are, in their order. So after an outage at least so many run of what was due in it, and never all of a long one at once.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.CatchUpPolicy")]
public sealed record CatchUpPolicy
{
    /// <summary>The newest one, if it is less than a day late. The default.</summary>
    public static CatchUpPolicy Last { get; } = new();

    /// <summary>None: what was missed is left out.</summary>
    public static CatchUpPolicy None { get; } = new() { Limit = 0 };

    /// <summary>How many run. Default: 1. Range: 0 to 1,000.</summary>
    [Id(0)]
    public int Limit { get; init; } = 1;

    /// <summary>By how much they may be late; what is older is left out. Default: 1 day. Range: 1 s to 400 days.</summary>
    [Id(1)]
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The time from one to the next. Default: zero, which is as soon as the overlap policy lets them. Range: zero to 1 day.</summary>
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
