namespace OrleansTasks.Policies;

/// <summary>How long calls between silos may take.</summary>
internal static class CallTimes
{
    /// <summary>No call is on its way for longer: Orleans drops it then.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
}
