namespace OrleansTasks.Testing.Runs;

/// <summary>Defines how long all activity must have stopped before a clock is moved, in real time.</summary>
internal static class RunPatience
{
    /// <summary>The time if a handler is known to wait for the clock.</summary>
    public static readonly TimeSpan WithTimer = TimeSpan.FromMilliseconds(5);

    /// <summary>The time if a handler may wait for something else.</summary>
    public static readonly TimeSpan WithoutTimer = TimeSpan.FromMilliseconds(60);
}
