using OrleansTasks.Values;

namespace OrleansTasks.Operations;

/// <summary>Provides the handlers of the engine's own tasks, which every silo has.</summary>
internal static class SystemHandlers
{
    /// <summary>Gets the handlers, by name.</summary>
    public static IReadOnlyDictionary<string, Delegate> All { get; } = new Dictionary<string, Delegate>(StringComparer.Ordinal)
    {
        [SystemTasks.RetryRuns] = RetryRuns.RunAsync,
        [SystemTasks.ActOnRuns] = ActOnRuns.RunAsync,
    };
}
