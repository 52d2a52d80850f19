namespace OrleansTasks;

/// <summary>Provides the streams of results, events and broadcasts. They can be used with only an <see cref="IClusterClient"/>.</summary>
public static class TaskStreams
{
    /// <summary>The name under which the stream provider is registered, on silos and clients.</summary>
    public const string Provider = "OrleansTasks";

    /// <summary>The namespace of the result streams of single tasks; the key is the task's name.</summary>
    public const string ResultsNamespace = "orleans-tasks.results";

    /// <summary>Gets the stream of the results of every task. Its items are <see cref="TaskResult"/>.</summary>
    public static StreamId AllResults { get; } = StreamId.Create("orleans-tasks.all-results", "all");

    /// <summary>Gets the stream of the events of every task. Its items are <see cref="TaskEvent"/>.</summary>
    public static StreamId Events { get; } = StreamId.Create("orleans-tasks.events", "all");

    /// <summary>Gets the stream of broadcasts. Its items are <see cref="BroadcastMessage"/>.</summary>
    public static StreamId Broadcasts { get; } = StreamId.Create("orleans-tasks.broadcasts", "all");

    /// <summary>Returns the stream of the results of one task. Its items are <see cref="TaskResult"/>.</summary>
    /// <param name="task">The task's name.</param>
    /// <returns>The stream's id.</returns>
    public static StreamId Results(string task) => StreamId.Create(ResultsNamespace, task);
}
