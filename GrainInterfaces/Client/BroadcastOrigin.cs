namespace OrleansTasks;

/// <summary>Which task's handler is running in this asynchronous flow, so that broadcasts can say where they come from.</summary>
internal static class BroadcastOrigin
{
    private static readonly AsyncLocal<string?> Current = new();

    public static string? Task
    {
        get => Current.Value;
        set => Current.Value = value;
    }
}
