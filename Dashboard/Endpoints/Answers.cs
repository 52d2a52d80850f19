namespace OrleansTasks.Endpoints;

/// <summary>One page of tasks.</summary>
/// <param name="Items">The tasks, in the order that was asked for.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null if this is the last.</param>
internal sealed record TaskPage(IReadOnlyList<TaskInfo> Items, string? Next);

/// <summary>One page of runs.</summary>
/// <param name="Items">The runs, the newest first.</param>
/// <param name="Next">What to give as <c>before</c> for the next page; null if this is the last.</param>
internal sealed record RunPage(IReadOnlyList<RunInfo> Items, long? Next);

/// <summary>One page of runs of all tasks.</summary>
/// <param name="Items">The runs, in the order that was asked for.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null if this is the last.</param>
internal sealed record FoundRuns(IReadOnlyList<RunInfo> Items, string? Next);

/// <summary>How many runs there are.</summary>
/// <param name="Total">All together.</param>
/// <param name="Counts">By key, in order of the keys.</param>
internal sealed record RunCounts(long Total, IReadOnlyDictionary<string, long> Counts);

/// <summary>A run that was accepted.</summary>
/// <param name="RunId">The run's id.</param>
internal sealed record AcceptedRun(RunId RunId);

/// <summary>Runs that were accepted.</summary>
/// <param name="RunIds">The runs' ids.</param>
internal sealed record AcceptedRuns(IReadOnlyList<RunId> RunIds);

/// <summary>A batch that was accepted.</summary>
/// <param name="BatchId">The batch's id.</param>
internal sealed record AcceptedBatch(Guid BatchId);

/// <summary>Occurrences of a schedule.</summary>
/// <param name="Items">The occurrences, in their order.</param>
internal sealed record OccurrenceList(IReadOnlyList<TaskOccurrence> Items);

/// <summary>The business calendars.</summary>
/// <param name="Calendars">The calendars, by their names.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null if this is the last.</param>
internal sealed record CalendarList(IReadOnlyDictionary<string, BusinessCalendar> Calendars, string? Next);

/// <summary>The handlers of the cluster.</summary>
/// <param name="Items">The handlers, in order of their names.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null if this is the last.</param>
internal sealed record HandlerList(IReadOnlyList<HandlerInfo> Items, string? Next);
