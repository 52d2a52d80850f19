namespace OrleansTasks;

/// <summary>Keeps one partition of the registry; the grain's key is the partition's number, from 0.</summary>
/// <remarks><see cref="ITaskClient"/> asks the right partitions, and all of them where that is needed.</remarks>
[Alias("OrleansTasks.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithIntegerKey
{
    /// <summary>The partition as it stands.</summary>
    /// <returns>The partition.</returns>
    [Alias("Describe")]
    Task<PartitionInfo> DescribeAsync();

    /// <summary>Puts a task into the registry, or replaces or revives the one of that name. Stored when it returns.</summary>
    /// <param name="registration">The task.</param>
    /// <param name="expectedRevision">The revision that the task must have now; null: any, or none.</param>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <param name="ct">Ends looking ahead in the schedule when nobody waits any more.</param>
    /// <returns>The task, and whether it is new.</returns>
    /// <exception cref="InvalidTaskException">The registration is not valid, or names a handler that no silo has.</exception>
    /// <exception cref="ScheduleTooExpensiveException">Looking ahead in the schedule takes too much.</exception>
    /// <exception cref="TaskConflictException">The task exists and was only to be created, or has another revision.</exception>
    [Alias("Register")]
    Task<RegistrationReply> RegisterAsync(TaskRegistration registration, long? expectedRevision = null, Guid request = default, CancellationToken ct = default);

    /// <summary>Tasks of this partition, in order of their names, or of their next occurrences.</summary>
    /// <param name="query">Which.</param>
    /// <returns>At most as many as the query's limit, or 1,000; fewer, but at least one, where they are larger than about 1 MiB together.</returns>
    [Alias("List")]
    Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery query);

    /// <summary>How many tasks of this partition a query is for, whatever its limit and wherever it begins.</summary>
    /// <param name="query">Which.</param>
    /// <returns>The number.</returns>
    [Alias("Count")]
    Task<long> CountAsync(TaskQuery query);

    /// <summary>What is in this partition, in numbers, and what is next. It may be some seconds old.</summary>
    /// <returns>The overview.</returns>
    [Alias("Overview")]
    Task<TasksOverview> OverviewAsync();

    /// <summary>The handlers of the cluster, in order of their names. Every partition knows them.</summary>
    /// <returns>The handlers.</returns>
    [Alias("Handlers")]
    Task<IReadOnlyList<HandlerInfo>> HandlersAsync();

    /// <summary>Occurrences of the schedule of a task of this partition; also those that a clock change or a closed day drops.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="query">Which; null for the next ten.</param>
    /// <param name="ct">Ends computing them.</param>
    /// <returns>The occurrences in their order; none without a schedule.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="InvalidTaskException">The query is out of range.</exception>
    /// <exception cref="ScheduleTooExpensiveException">Computing them takes too much.</exception>
    [Alias("Occurrences")]
    Task<IReadOnlyList<TaskOccurrence>> OccurrencesAsync(string task, OccurrenceQuery? query = null, CancellationToken ct = default);

    /// <summary>Which occurrences a change of a task's schedule would add and remove. Changes nothing.</summary>
    /// <param name="task">The name of a task of this partition; there need not be one yet.</param>
    /// <param name="request">The change, and the period.</param>
    /// <param name="ct">Ends comparing.</param>
    /// <returns>What would be different.</returns>
    /// <exception cref="InvalidTaskException">The schedule is not valid.</exception>
    /// <exception cref="ScheduleTooExpensiveException">Comparing takes too much.</exception>
    [Alias("Preview")]
    Task<SchedulePreview> PreviewAsync(string task, PreviewRequest request, CancellationToken ct = default);

    /// <summary>The business calendars, by their names: the first ones in order of their names, up to about 1 MiB. Every partition knows them; <see cref="ITaskClient"/> reads all.</summary>
    /// <returns>The calendars.</returns>
    [Alias("GetCalendars")]
    Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync();

    /// <summary>Adds a business calendar, or replaces the one of that name: tasks that observe it follow it from now on. To be asked of partition 0.</summary>
    /// <param name="name">The calendar's name; names are as those of tasks.</param>
    /// <param name="calendar">The calendar.</param>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>True if it is new. It is stored then, and the other partitions know it, or learn of it within seconds.</returns>
    /// <exception cref="InvalidTaskException">The name or the calendar is not valid, or another partition was asked.</exception>
    [Alias("PutCalendar")]
    Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, Guid request = default);

    /// <summary>Removes a business calendar. To be asked of partition 0.</summary>
    /// <param name="name">The calendar's name.</param>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>True if there was one.</returns>
    /// <exception cref="TaskConflictException">Tasks observe it; the message names some.</exception>
    [Alias("RemoveCalendar")]
    Task<bool> RemoveCalendarAsync(string name, Guid request = default);

    /// <summary>Lets this partition's tasks run.</summary>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>When it is stored.</returns>
    [Alias("Start")]
    Task StartAsync(Guid request = default);

    /// <summary>Stops firing; runs under way end.</summary>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>When it is stored.</returns>
    [Alias("Stop")]
    Task StopAsync(Guid request = default);

    /// <summary>Cancels everything in this partition and removes all tasks and pending runs.</summary>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>When it is stored.</returns>
    [Alias("Clear")]
    Task ClearAsync(Guid request = default);
}
