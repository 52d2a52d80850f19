namespace OrleansTasks.Chaos.Judging;

/// <summary>What is promised, and is held against what happened.</summary>
internal static class Promises
{
    /// <summary>Within which all tasks fire again after a silo was lost, or what stopped everything was healed.</summary>
    public static TimeSpan Recovery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Within which an occurrence runs when nothing is wrong.</summary>
    public static readonly TimeSpan Punctual = TimeSpan.FromSeconds(1);

    /// <summary>The longest period of a task of the load.</summary>
    public static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);

    /// <summary>Within which a subscriber has caught up when all is over.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(30);

    /// <summary>The silos' setting; longer than any outage of the plan.</summary>
    public static readonly TimeSpan MisfireThreshold = TimeSpan.FromMinutes(2);
}
