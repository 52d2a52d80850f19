namespace OrleansTasks.Running;

/// <summary>The run that a flow of execution is in: it goes with a handler over awaits and threads.</summary>
internal static class RunFlow
{
    private static readonly AsyncLocal<RunningRun?> Flow = new();

    /// <summary>Gets or sets the run of this flow; null outside of handlers.</summary>
    public static RunningRun? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }
}
