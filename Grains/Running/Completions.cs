namespace OrleansTasks.Running;

/// <summary>Creates completion sources whose continuations do not run on the thread that completes them.</summary>
internal static class Completions
{
    private static TaskCreationOptions _options = TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Creates a source without a result.</summary>
    public static TaskCompletionSource New() => new(_options);

    /// <summary>Creates a source with a result.</summary>
    public static TaskCompletionSource<T> New<T>() => new(_options);

    /// <summary>Keeps all continuations off the thread pool, for simulations. There they run on turns, with nothing in between.</summary>
    public static void KeepOffThePool() => _options = TaskCreationOptions.None;
}
