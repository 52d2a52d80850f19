namespace OrleansTasks.Testing.Runs;

/// <summary>For how long nothing has to happen until a clock is moved, in real time.</summary>
internal static class RunPatience
{
    /// <summary>Where a handler is known to wait for the clock.</summary>
    public static readonly TimeSpan WithTimer = TimeSpan.FromMilliseconds(5);

    /// <summary>Where it may wait for something else.</summary>
    public static readonly TimeSpan WithoutTimer = TimeSpan.FromMilliseconds(60);
}
