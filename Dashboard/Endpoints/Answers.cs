namespace OrleansTasks;

/// <summary>One page of tasks.</summary>
/// <param name="Items">The tasks, in order of their names.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null if this is the last.</param>
internal sealed record TaskPage(IReadOnlyList<TaskInfo> Items, string? Next);

/// <summary>One page of runs.</summary>
/// <param name="Items">The runs, the newest first.</param>
/// <param name="Next">What to give as <c>before</c> for the next page; null if this is the last.</param>
internal sealed record RunPage(IReadOnlyList<RunInfo> Items, long? Next);

/// <summary>A run that was accepted.</summary>
/// <param name="RunId">The run's id.</param>
internal sealed record AcceptedRun(RunId RunId);
