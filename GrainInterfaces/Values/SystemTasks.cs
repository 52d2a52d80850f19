namespace OrleansTasks.Values;

/// <summary>The tasks of the engine's own. They are registered when they are first needed, and every silo has their handlers.</summary>
internal static class SystemTasks
{
    /// <summary>What their names begin with.</summary>
    public const string Prefix = "orleanstasks.";

    /// <summary>Makes ended runs again, all that a selection is for.</summary>
    public const string RetryRuns = Prefix + "retry-runs";

    /// <summary>Whether a name is kept for them: no task of a silo's code has it.</summary>
    public static bool Has(string name) => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
