namespace OrleansTasks;

/// <summary>Represents the next step after a run filter: the next filter, or the handler.</summary>
/// <param name="run">The run that was passed to the filter.</param>
/// <returns>The value, or null if the handler returns none.</returns>
public delegate ValueTask<object?> TaskRunDelegate(TaskRunContext run);
