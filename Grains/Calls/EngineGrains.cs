namespace OrleansTasks.Calls;

/// <summary>The names by which Orleans knows the kinds of the engine's grains. They are part of addresses and of the directory, and never change.</summary>
internal static class EngineGrains
{
    public const string Task = "orleans-tasks.task";
    public const string Partition = "orleans-tasks.scheduler";
    public const string Batch = "orleans-tasks.batch";
    public const string Group = "orleans-tasks.group";
    public const string Archive = "orleans-tasks.archive";

    /// <summary>Those that are on one silo at a time, and are placed on none that is drained.</summary>
    public static IReadOnlyList<string> Placed => [Task, Partition, Batch, Group, Archive];
}
