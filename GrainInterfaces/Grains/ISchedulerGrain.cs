namespace OrleansTasks;

/// <summary>Manages one partition of the registry. The grain's key is the partition's number, from 0.</summary>
/// <remarks><see cref="ITaskClient"/> calls the right partition, or all of them where necessary.</remarks>
[Alias("OrleansTasks.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithIntegerKey
{
    /// <summary>Returns the current state of the partition.</summary>
    /// <returns>The partition.</returns>
    [Alias("Describe")]
    Task<PartitionInfo> DescribeAsync();

    /// <summary>
    /// Registers a task, or replaces or revives the task of the same name. The registration is stored when the call returns.
    /// </summary>
    /// <param name="registration">The registration.</param>
    /// <param name="expectedRevision">The revision that the task must have now. Null accepts any revision, or none.</param>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <param name="ct">A token that stops the search for occurrences when the caller no longer waits.</param>
    /// <returns>The task, and whether it is new.</returns>
    /// <exception cref="InvalidTaskException">The registration is not valid, or names a handler that no silo has.</exception>
    /// <exception cref="ScheduleTooExpensiveException">The search for occurrences exceeds its limits.</exception>
    /// <exception cref="TaskConflictException">The task exists and the registration only creates, or the task has another
    /// revision.</exception>
    [Alias("Register")]
    Task<RegistrationReply> RegisterAsync(TaskRegistration registration, long? expectedRevision = null, Guid request = default,
        CancellationToken ct = default);

    /// <summary>Lists tasks of this partition in the order of their names or of their next occurrences.</summary>
    /// <param name="query">The query.</param>
    /// <returns>At most as many tasks as the query's limit, or 1,000. Fewer, but at least one, if they would exceed about 1 MiB
    /// together.</returns>
    [Alias("List")]
    Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery query);

    /// <summary>Counts the tasks of this partition that match a query. The query's limit and start position are ignored.</summary>
    /// <param name="query">The query.</param>
    /// <returns>The number of tasks.</returns>
    [Alias("Count")]
    Task<long> CountAsync(TaskQuery query);

    /// <summary>Returns a summary of this partition: counts, and what is due next. It may be some seconds old.</summary>
    /// <returns>The overview.</returns>
    [Alias("Overview")]
    Task<TasksOverview> OverviewAsync();

    /// <summary>Returns the handlers of the cluster in the order of their names. Every partition knows them.</summary>
    /// <returns>The handlers.</returns>
    [Alias("Handlers")]
    Task<IReadOnlyList<HandlerInfo>> HandlersAsync();

    /// <summary>
    /// Computes occurrences of the schedule of a task of this partition, including those that a clock change or a closed day drops.
    /// </summary>
    /// <param name="task">The task's name.</param>
    /// <param name="query">The query. Null returns the next ten.</param>
    /// <param name="ct">A token that stops the computation.</param>
    /// <returns>The occurrences in order; empty if the task has no schedule.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="InvalidTaskException">The query is out of range.</exception>
    /// <exception cref="ScheduleTooExpensiveException">The computation exceeds its limits.</exception>
    [Alias("Occurrences")]
    Task<IReadOnlyList<TaskOccurrence>> OccurrencesAsync(string task, OccurrenceQuery? query = null, CancellationToken ct = default);

    /// <summary>
    /// Compares a task's schedule with another one and returns the occurrences that would be added and removed. Changes nothing.
    /// </summary>
    /// <param name="task">The name of a task of this partition. The task need not exist yet.</param>
    /// <param name="request">The new schedule, and the period.</param>
    /// <param name="ct">A token that stops the comparison.</param>
    /// <returns>The differences.</returns>
    /// <exception cref="InvalidTaskException">The schedule is not valid.</exception>
    /// <exception cref="ScheduleTooExpensiveException">The comparison exceeds its limits.</exception>
    [Alias("Preview")]
    Task<SchedulePreview> PreviewAsync(string task, PreviewRequest request, CancellationToken ct = default);

    /// <summary>
    /// Returns the business calendars by name: the first ones in the order of their names, up to about 1 MiB. Every partition knows them.
    /// <see cref="ITaskClient"/> reads all.
    /// </summary>
    /// <returns>The calendars.</returns>
    [Alias("GetCalendars")]
    Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync();

    /// <summary>Adds or replaces a business calendar. Tasks that use it follow the new calendar from now on. Call partition 0.</summary>
    /// <param name="name">The calendar's name. It follows the rules for task names (<see cref="TaskNames"/>).</param>
    /// <param name="calendar">The calendar.</param>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>True if the calendar is new. It is stored when the call returns; other partitions learn of it within seconds.</returns>
    /// <exception cref="InvalidTaskException">The name or the calendar is not valid, or the partition is not partition 0.</exception>
    [Alias("PutCalendar")]
    Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, Guid request = default);

    /// <summary>Removes a business calendar. Call partition 0.</summary>
    /// <param name="name">The calendar's name.</param>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>True if there was such a calendar.</returns>
    /// <exception cref="TaskConflictException">Tasks use the calendar. The message names some of them.</exception>
    [Alias("RemoveCalendar")]
    Task<bool> RemoveCalendarAsync(string name, Guid request = default);

    /// <summary>Starts this partition, so that its tasks run.</summary>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>A task that completes when the change is stored.</returns>
    [Alias("Start")]
    Task StartAsync(Guid request = default);

    /// <summary>Stops this partition. Active runs continue to their end.</summary>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>A task that completes when the change is stored.</returns>
    [Alias("Stop")]
    Task StopAsync(Guid request = default);

    /// <summary>Cancels everything in this partition and removes all tasks and pending runs.</summary>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>A task that completes when the change is stored.</returns>
    [Alias("Clear")]
    Task ClearAsync(Guid request = default);
}
