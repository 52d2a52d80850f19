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

    /// <summary>Within which an answer has come that was sent.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(1);

    /// <summary>Within which the history has a result, whatever the pace.</summary>
    public static readonly TimeSpan History = TimeSpan.FromSeconds(10);

    /// <summary>Within which an event is heard, even if its stream stood still.</summary>
    public static readonly TimeSpan Told = TimeSpan.FromSeconds(95);

    /// <summary>Within which the silo that has a partition has looked whether the store went back, and has written everything again.</summary>
    public static readonly TimeSpan WrittenAgain = TimeSpan.FromSeconds(35);

    /// <summary>Within which a subscriber has caught up when all is over.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(30);

    /// <summary>After how many losses a run that may be repeated ends as lost: the silos' default.</summary>
    public const int MaxLosses = 3;

    /// <summary>How long a run waits that may be repeated and has lost two silos: about ten seconds, and up to a fifth more.</summary>
    public static readonly TimeSpan SecondLoss = TimeSpan.FromSeconds(12);

    /// <summary>The silos' setting; longer than any outage of the plan.</summary>
    public static readonly TimeSpan MisfireThreshold = TimeSpan.FromMinutes(2);
}
