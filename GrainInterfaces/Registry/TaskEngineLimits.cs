namespace OrleansTasks;

/// <summary>Defines the limits of the engine. A silo sets them with <c>TasksOptions.Limits</c>.</summary>
public sealed record TaskEngineLimits
{
    /// <summary>Gets the default limits.</summary>
    internal static TaskEngineLimits Default { get; } = new();

    /// <summary>
    /// Gets the widest limits of texts and lists that may be set. They apply to values that are checked before a silo knows its settings,
    /// or that were accepted before.
    /// </summary>
    internal static TaskEngineLimits Widest { get; } = new()
    {
        MaxTags = 200,
        MaxTagLength = 200,
        MaxDescriptionLength = 16_384,
        MaxNoteLength = 4_096,
        MaxCalendarDays = 10_000
    };

    /// <summary>Gets or sets the maximum number of runs in one batch. Default: 10,000. Range: 1 to 100,000.</summary>
    public int MaxBatchItems { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the maximum size of the arguments of all runs of one batch, in bytes of JSON. Default: 8 MiB. Range: 1 KiB to 64 MiB.
    /// </summary>
    public int MaxBatchArgumentsSize { get; set; } = 8 << 20;

    /// <summary>
    /// Gets or sets the maximum number of batches in one partition, including ended batches that are kept. Each takes about 200 bytes of
    /// memory. Further batches are rejected with <see cref="TasksOverloadedException"/> until some are forgotten. Default: 1,000,000.
    /// Range: from 1.
    /// </summary>
    public int MaxBatchesPerPartition { get; set; } = 1_000_000;

    /// <summary>
    /// Gets or sets the maximum number of groups with limits in one partition. Each takes about 200 bytes of memory. Groups are not
    /// forgotten. Limits for a further group are rejected with <see cref="TasksOverloadedException"/>. Groups from code or configuration
    /// are always accepted, and count. Default: 100,000. Range: from 1.
    /// </summary>
    public int MaxGroupsPerPartition { get; set; } = 100_000;

    /// <summary>
    /// Gets or sets the maximum number of ended runs that one partition keeps for searches, counted separately for runs that succeeded and
    /// for others. Each takes about 200 bytes of memory. The oldest are removed first. Default: 62,500, which is a million for 16
    /// partitions. Range: from 1.
    /// </summary>
    public int MaxKeptRunsPerPartition { get; set; } = 62_500;

    /// <summary>
    /// Gets or sets the maximum size of these runs in storage, in bytes, counted in the same way. Default: 64 MiB. Range: from 64 KiB.
    /// </summary>
    public long MaxKeptBytesPerPartition { get; set; } = 64 << 20;

    /// <summary>Gets or sets how long a batch is kept after its end. Default: 1 day. Range: zero to 3,650 days.</summary>
    public TimeSpan BatchRetention { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets or sets the maximum size of a run's arguments, in bytes of JSON. It also limits all continuations of a run together
    /// (<see cref="TaskOptions.Then"/>, <see cref="DispatchOptions.Then"/>). Default: 1 MiB. Range: 1 KiB to 64 MiB.
    /// </summary>
    public int MaxArgumentsSize { get; set; } = 1 << 20;

    /// <summary>
    /// Gets or sets the maximum size of the arguments that the history keeps of an ended run, in bytes of JSON. Default: 4 KiB. Range:
    /// zero, which keeps none, to 1 MiB.
    /// </summary>
    public int MaxKeptArgumentsSize { get; set; } = 4 << 10;

    /// <summary>
    /// Gets or sets the maximum number of a run's headers: given, inherited and the task's own together. Default: 32. Range: zero to 256.
    /// Runs and registrations with more are rejected with <see cref="InvalidTaskException"/>.
    /// </summary>
    public int MaxHeaders { get; set; } = 32;

    /// <summary>
    /// Gets or sets the maximum size of those headers, names and values together, in bytes of UTF-8. Default: 4 KiB. Range: zero to 16 KiB.
    /// Headers are kept with the run's result. Larger ones are rejected with <see cref="PayloadTooLargeException"/>.
    /// </summary>
    public int MaxHeadersSize { get; set; } = 4 << 10;

    /// <summary>Gets or sets the maximum size of a run's value, in bytes of JSON. Default: 512 KiB. Range: 1 KiB to 64 MiB.</summary>
    /// <remarks>
    /// Subscribers read a value from the history if it does not fit in a stream message; see <see cref="MaxStreamMessageSize"/>.
    /// </remarks>
    public int MaxValueSize { get; set; } = 512 << 10;

    /// <summary>
    /// Gets or sets the maximum size of what the handler of one run saves (<c>TaskRunContext.SaveCheckpointAsync</c>), together with the
    /// results of its steps, in bytes of JSON. Default: 64 KiB. Range: 1 KiB to 1 MiB. It is written as a whole with each save. Larger ones
    /// are rejected with <see cref="PayloadTooLargeException"/>.
    /// </summary>
    public int MaxCheckpointSize { get; set; } = 64 << 10;

    /// <summary>
    /// Gets or sets the minimum time between two writes of what the handler of one run saves. What is saved sooner is written together.
    /// Default: 100 ms. Range: zero to 1 minute.
    /// </summary>
    public TimeSpan MinCheckpointInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Gets or sets the maximum length of a run's error message, in UTF-16 code units. Default: 8,192. Range: 256 to 262,144. A longer
    /// message is cut off and says so.
    /// </summary>
    public int MaxErrorLength { get; set; } = 8_192;

    /// <summary>
    /// Gets or sets the maximum length of a run's stack trace, including those of inner exceptions, in UTF-16 code units. Default: 32,768.
    /// Range: 256 to 262,144. A longer one is cut off and says so.
    /// </summary>
    public int MaxStackLength { get; set; } = 32_768;

    /// <summary>
    /// Gets or sets the maximum length of the kept log lines of an attempt together, in UTF-16 code units. Default: 65,536. Range: 1,000 to
    /// 262,144. The newest lines are kept; the first line gives the number of lines that are not. A line has at most 1,000 code units, and
    /// <see cref="TaskOptions.LogLines"/> limits the number of lines.
    /// </summary>
    public int MaxLogLength { get; set; } = 65_536;

    /// <summary>
    /// Gets or sets the maximum size of a stream message, in bytes. Default: 768 KiB. Range: 64 KiB to 64 MiB. It limits batches of
    /// results. A larger result is sent without its value and log (<see cref="TaskResult.IsPartial"/>), which subscribers of
    /// <see cref="ITaskClient"/> read from the history. A larger broadcast is rejected.
    /// </summary>
    /// <remarks>Memory streams accept at most 1 MiB per message. For another stream provider, set what it accepts.</remarks>
    public int MaxStreamMessageSize { get; set; } = 768 << 10;

    /// <summary>Gets or sets the maximum number of tasks in one partition. Default: 1,000,000. Range: from 1.</summary>
    public int MaxTasksPerPartition { get; set; } = 1_000_000;

    /// <summary>
    /// Gets or sets the maximum number of stored runs in one partition that have not ended. Default: 1,000,000. Range: from 1.
    /// </summary>
    public int MaxPendingRunsPerPartition { get; set; } = 1_000_000;

    /// <summary>
    /// Gets or sets the maximum size of the arguments of those runs together, in bytes of JSON. Default: 256 MiB. Range: from 1 MiB.
    /// </summary>
    public long MaxPendingArgumentsSize { get; set; } = 256 << 20;

    /// <summary>
    /// Gets or sets the maximum size of the arguments of all runs that wait on one silo for a place, in bytes of JSON. Default: 256 MiB.
    /// Range: from 1 MiB.
    /// </summary>
    public long MaxQueuedArgumentsSize { get; set; } = 256 << 20;

    /// <summary>Gets or sets the maximum number of runs of one task that are due and wait. Default: 100,000. Range: from 1.</summary>
    public int MaxWaitingRunsPerTask { get; set; } = 100_000;

    /// <summary>
    /// Gets or sets the maximum number of steps to find occurrences for one registration, preview or list. A step looks at a date or an
    /// instant and takes about a microsecond. Default: 1,000,000. Range: 10,000 to 100,000,000. Requests that take more are rejected with
    /// <see cref="ScheduleTooExpensiveException"/>.
    /// </summary>
    public long MaxScheduleSteps { get; set; } = 1_000_000;

    /// <summary>Gets or sets the maximum time to find those occurrences. Default: 5 s. Range: 100 ms to 1 minute.</summary>
    public TimeSpan MaxScheduleTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the maximum number of business calendars. Default: 100. Range: 0 to 10,000.</summary>
    public int MaxCalendars { get; set; } = 100;

    /// <summary>Gets or sets the maximum number of days in each list of a business calendar. Default: 2,000. Range: 1 to 10,000.</summary>
    public int MaxCalendarDays { get; set; } = BusinessCalendar.MaxDays;

    /// <summary>Gets or sets the maximum number of a task's <see cref="TaskOptions.Tags"/>. Default: 20. Range: 0 to 200.</summary>
    public int MaxTags { get; set; } = 20;

    /// <summary>Gets or sets the maximum length of a tag, in UTF-16 code units. Default: 50. Range: 1 to 200.</summary>
    public int MaxTagLength { get; set; } = 50;

    /// <summary>
    /// Gets or sets the maximum length of the description of a task or a business calendar, in UTF-16 code units. Default: 1,000. Range: 0
    /// to 16,384.
    /// </summary>
    public int MaxDescriptionLength { get; set; } = 1_000;

    /// <summary>
    /// Gets or sets the maximum length of the note of a pause, in UTF-16 code units. Default: 1,000. Range: 0 to 4,096. A longer note is
    /// cut off and says so.
    /// </summary>
    public int MaxNoteLength { get; set; } = 1_000;

    /// <summary>
    /// Gets or sets the maximum number of idempotency keys in one partition, including those of <see cref="DispatchOptions.UniqueFor"/>.
    /// Each takes about 300 bytes of memory. A dispatch with a further key is rejected with <see cref="TasksOverloadedException"/> until
    /// some are forgotten. Default: 1,000,000. Range: from 1.
    /// </summary>
    public int MaxIdempotencyKeys { get; set; } = 1_000_000;

    /// <summary>
    /// Gets or sets how long an idempotency key is remembered after its run has ended. Default: 24 hours. Range: from zero.
    /// </summary>
    public TimeSpan IdempotencyRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Gets or sets how long the ids of requests are remembered after their effect is done and forgotten, so that a repetition changes
    /// nothing. Only time in which the partition is open counts. It must be longer than any client repeats
    /// (<see cref="TaskClientOptions.RetryFor"/>). Default: 1 hour. Range: 1 minute to 30 days.
    /// </summary>
    public TimeSpan RequestRetention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Gets or sets the maximum number of such ids in one partition. Each takes 16 bytes of memory and about 22 bytes of storage. Beyond
    /// it, the oldest are dropped early, and a repeated dispatch that may be one of them, of a run that starts at most once, is rejected
    /// (<see cref="RequestForgottenException"/>). Default: 262,144. Range: 16,384 to 16,777,216.
    /// </summary>
    public int MaxRememberedRequests { get; set; } = 262_144;

    /// <summary>Gets or sets how long a cancelled task stays in the list. Default: 7 days. Range: from zero.</summary>
    public TimeSpan CancelledTaskRetention { get; set; } = TimeSpan.FromDays(7);
}
