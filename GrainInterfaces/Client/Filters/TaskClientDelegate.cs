namespace OrleansTasks;

/// <summary>What follows a filter of a client: the next filter, or the cluster.</summary>
/// <param name="call">What is asked for.</param>
/// <returns>The answer; see <see cref="TaskClientCallKind"/>.</returns>
public delegate ValueTask<object?> TaskClientDelegate(TaskClientCall call);
