namespace OrleansTasks.Chaos.Judging;

/// <summary>Defines the promises to check.</summary>
internal static class Promises
{
    /// <summary>Gets or sets the time within which all tasks fire again after a silo is lost or a full stop is healed.</summary>
    public static TimeSpan Recovery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The time within which an occurrence begins without faults.</summary>
    public static readonly TimeSpan Punctual = TimeSpan.FromSeconds(1);

    /// <summary>The longest period of a task in the load.</summary>
    public static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);

    /// <summary>The time within which an answer arrives.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(1);

    /// <summary>The time within which the history has a result, at any rate of runs.</summary>
    public static readonly TimeSpan History = TimeSpan.FromSeconds(10);

    /// <summary>The time within which an event arrives, even if its stream was interrupted.</summary>
    public static readonly TimeSpan Told = TimeSpan.FromSeconds(95);

    /// <summary>The time within which a partition has checked whether the store went back, and has written everything again.</summary>
    public static readonly TimeSpan WrittenAgain = TimeSpan.FromSeconds(35);

    /// <summary>The time within which a subscriber has caught up after all faults.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(30);

    /// <summary>The number of losses after which an at-least-once run ends as lost: the silos' default.</summary>
    public const int MaxLosses = 3;

    /// <summary>How long an at-least-once run waits after it has lost two silos: about ten seconds, and up to a fifth more.</summary>
    public static readonly TimeSpan SecondLoss = TimeSpan.FromSeconds(12);

    /// <summary>The misfire threshold of the silos, which is longer than any planned outage.</summary>
    public static readonly TimeSpan MisfireThreshold = TimeSpan.FromMinutes(2);
}
