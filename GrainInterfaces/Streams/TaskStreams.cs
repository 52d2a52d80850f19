namespace OrleansTasks;

/// <summary>The streams on which results and broadcasts travel; usable with nothing but an <see cref="IClusterClient"/>.</summary>
public static class TaskStreams
{
    /// <summary>The name under which the stream provider is registered, on silos and clients.</summary>
    public const string Provider = "OrleansTasks";

    /// <summary>The namespace of the result streams of single tasks; the key is the task's name.</summary>
    public const string ResultsNamespace = "orleans-tasks.results";

    /// <summary>The results of every task; items are <see cref="TaskResult"/>.</summary>
    public static StreamId AllResults { get; } = StreamId.Create("orleans-tasks.all-results", "all");

    /// <summary>The events of every task; items are <see cref="TaskEvent"/>.</summary>
    public static StreamId Events { get; } = StreamId.Create("orleans-tasks.events", "all");

    /// <summary>The broadcasts; items are <see cref="BroadcastMessage"/>.</summary>
    public static StreamId Broadcasts { get; } = StreamId.Create("orleans-tasks.broadcasts", "all");

    /// <summary>The results of one task; items are <see cref="TaskResult"/>.</summary>
    /// <param name="task">The task's name.</param>
    /// <returns>The stream's id.</returns>
    public static StreamId Results(string task) => StreamId.Create(ResultsNamespace, task);
}
