namespace OrleansTasks.Endpoints;

/// <summary>Represents one page of tasks.</summary>
/// <param name="Items">The tasks, in the requested order.</param>
/// <param name="Next">The value of <c>after</c> for the next page; null on the last page.</param>
internal sealed record TaskPage(IReadOnlyList<TaskInfo> Items, string? Next);

/// <summary>Represents one page of a task's runs.</summary>
/// <param name="Items">The runs, newest first.</param>
/// <param name="Next">The value of <c>before</c> for the next page; null on the last page.</param>
internal sealed record RunPage(IReadOnlyList<RunInfo> Items, long? Next);

/// <summary>Represents one page of runs from all tasks.</summary>
/// <param name="Items">The runs, in the requested order.</param>
/// <param name="Next">The value of <c>after</c> for the next page; null on the last page.</param>
internal sealed record FoundRuns(IReadOnlyList<RunInfo> Items, string? Next);

/// <summary>Represents the number of runs.</summary>
/// <param name="Total">The sum of all counts.</param>
/// <param name="Counts">The counts by key, ordered by key.</param>
internal sealed record RunCounts(long Total, IReadOnlyDictionary<string, long> Counts);

/// <summary>Represents an accepted run.</summary>
/// <param name="RunId">The run's id.</param>
internal sealed record AcceptedRun(RunId RunId);

/// <summary>Represents accepted runs.</summary>
/// <param name="RunIds">The runs' ids.</param>
internal sealed record AcceptedRuns(IReadOnlyList<RunId> RunIds);

/// <summary>Represents an accepted batch.</summary>
/// <param name="BatchId">The batch's id.</param>
internal sealed record AcceptedBatch(Guid BatchId);

/// <summary>Represents the occurrences of a schedule.</summary>
/// <param name="Items">The occurrences, in chronological order.</param>
internal sealed record OccurrenceList(IReadOnlyList<TaskOccurrence> Items);

/// <summary>Represents one page of business calendars.</summary>
/// <param name="Calendars">The calendars by name.</param>
/// <param name="Next">The value of <c>after</c> for the next page; null on the last page.</param>
internal sealed record CalendarList(IReadOnlyDictionary<string, BusinessCalendar> Calendars, string? Next);

/// <summary>Represents one page of the cluster's handlers.</summary>
/// <param name="Items">The handlers, ordered by name.</param>
/// <param name="Next">The value of <c>after</c> for the next page; null on the last page.</param>
internal sealed record HandlerList(IReadOnlyList<HandlerInfo> Items, string? Next);
