namespace OrleansTasks;

/// <summary>Represents the next step after a client filter: the next filter, or the cluster.</summary>
/// <param name="call">The call.</param>
/// <returns>The answer. See <see cref="TaskClientCallKind"/>.</returns>
public delegate ValueTask<object?> TaskClientDelegate(TaskClientCall call);
