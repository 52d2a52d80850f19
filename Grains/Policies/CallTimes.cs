namespace OrleansTasks.Policies;

/// <summary>Defines how long calls between silos may take.</summary>
internal static class CallTimes
{
    /// <summary>The longest time for which a call can be in transit, after which Orleans drops it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
}
