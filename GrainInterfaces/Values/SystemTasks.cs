namespace OrleansTasks.Values;

/// <summary>Defines the engine's own tasks. They are registered when they are first needed, and every silo has their handlers.</summary>
internal static class SystemTasks
{
    /// <summary>The start of their names.</summary>
    public const string Prefix = "orleanstasks.";

    /// <summary>The task that runs the ended runs of a selection again.</summary>
    public const string RetryRuns = Prefix + "retry-runs";

    /// <summary>The task that does something else with the runs of a selection.</summary>
    public const string ActOnRuns = Prefix + "act-on-runs";

    /// <summary>Decides whether a name is reserved for them. No task of a silo's code may have such a name.</summary>
    public static bool Has(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
