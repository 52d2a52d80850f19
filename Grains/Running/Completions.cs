namespace OrleansTasks.Running;

/// <summary>Makes the ends of waits that are ended from elsewhere: whoever ends one does not run what waits for it.</summary>
internal static class Completions
{
    private static TaskCreationOptions _options = TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>A wait without an outcome.</summary>
    public static TaskCompletionSource New() => new(_options);

    /// <summary>A wait with an outcome.</summary>
    public static TaskCompletionSource<T> New<T>() => new(_options);

    /// <summary>Keeps all of them off the threads of the process, for simulations: what waits is on turns there, which nobody runs in between.</summary>
    public static void KeepOffThePool() => _options = TaskCreationOptions.None;
}
