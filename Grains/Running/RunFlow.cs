namespace OrleansTasks.Running;

/// <summary>Tracks the run of an execution flow. It follows a handler across awaits and threads.</summary>
internal static class RunFlow
{
    private static readonly AsyncLocal<RunningRun?> Flow = new();

    /// <summary>Gets or sets the run of this flow. It is null outside handlers.</summary>
    public static RunningRun? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }
}
