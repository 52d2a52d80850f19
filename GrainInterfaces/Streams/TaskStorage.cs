namespace OrleansTasks;

/// <summary>Provides the name of the grain storage that the library uses.</summary>
public static class TaskStorage
{
    /// <summary>The name under which a silo registers the grain storage for tasks, pending runs and history.</summary>
    public const string Name = "OrleansTasks";
}
