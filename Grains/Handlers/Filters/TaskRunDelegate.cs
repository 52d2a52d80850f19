namespace OrleansTasks;

/// <summary>What follows a filter of a run: the next filter, or the handler.</summary>
/// <param name="run">The run that the filter was given.</param>
/// <returns>The value; null if the handler has none.</returns>
public delegate ValueTask<object?> TaskRunDelegate(TaskRunContext run);
