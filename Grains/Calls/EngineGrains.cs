namespace OrleansTasks.Calls;

/// <summary>
/// Defines the type names of the engine's grains. They are part of addresses and of the grain directory, and never change.
/// </summary>
internal static class EngineGrains
{
    public const string Task = "orleans-tasks.task";
    public const string Partition = "orleans-tasks.scheduler";
    public const string Batch = "orleans-tasks.batch";
    public const string Group = "orleans-tasks.group";
    public const string Archive = "orleans-tasks.archive";

    /// <summary>Gets the types that are active on one silo at a time, and are not placed on drained silos.</summary>
    public static IReadOnlyList<string> Placed => [Task, Partition, Batch, Group, Archive];
}
