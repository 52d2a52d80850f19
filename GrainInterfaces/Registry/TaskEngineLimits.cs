namespace OrleansTasks;

/// <summary>Limits of the engine; a silo sets them with <c>TasksOptions.Limits</c>.</summary>
public sealed record TaskEngineLimits
{
    /// <summary>The limits as they are where nobody sets them.</summary>
    internal static TaskEngineLimits Default { get; } = new();

    /// <summary>The widest limits of texts and lists that may be set: for what is looked at before a silo knows its settings, or has been accepted before.</summary>
    internal static TaskEngineLimits Widest { get; } = new() { MaxTags = 200, MaxTagLength = 200, MaxDescriptionLength = 16_384, MaxNoteLength = 4_096, MaxCalendarDays = 10_000 };

    /// <summary>How many runs one batch may have. Default: 10,000. Range: 1 to 100,000.</summary>
    public int MaxBatchItems { get; set; } = 10_000;

    /// <summary>How many bytes of JSON the arguments of all runs of one batch may have. Default: 8 MiB. Range: 1 KiB to 64 MiB.</summary>
    public int MaxBatchArgumentsSize { get; set; } = 8 << 20;

    /// <summary>
    /// The greatest number of batches in one partition, those that have ended and are kept among them, about 200 bytes each in memory. A further one is refused with
    /// <see cref="TasksOverloadedException"/> until some are forgotten. Default: 1,000,000. Range: from 1.
    /// </summary>
    public int MaxBatchesPerPartition { get; set; } = 1_000_000;

    /// <summary>
    /// The greatest number of groups with limits in one partition, about 200 bytes each in memory. Groups are not forgotten. Setting the limits of a further one is refused with
    /// <see cref="TasksOverloadedException"/>; those that code or configuration define are taken, and count. Default: 100,000. Range: from 1.
    /// </summary>
    public int MaxGroupsPerPartition { get; set; } = 100_000;

    /// <summary>
    /// The greatest number of runs that one partition keeps for searches after their end, counted apart for those that succeeded and for others, about 200 bytes each in memory. The oldest are removed
    /// when more come. Default: 62,500, which is a million for 16 partitions. Range: from 1.
    /// </summary>
    public int MaxKeptRunsPerPartition { get; set; } = 62_500;

    /// <summary>How many bytes these runs may take in storage, counted in the same way. Default: 64 MiB. Range: from 64 KiB.</summary>
    public long MaxKeptBytesPerPartition { get; set; } = 64 << 20;

    /// <summary>How long a batch is kept after it has ended. Default: 1 day. Range: zero to 3,650 days.</summary>
    public TimeSpan BatchRetention { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// The largest arguments of a run, in bytes of JSON; and of all that is to follow a run (<see cref="TaskOptions.Then"/>, <see cref="DispatchOptions.Then"/>) together. Default: 1 MiB. Range: 1 KiB to 64 MiB.
    /// </summary>
    public int MaxArgumentsSize { get; set; } = 1 << 20;

    /// <summary>The largest arguments that the history keeps of a run that has ended, in bytes of JSON. Default: 4 KiB. Range: zero, for none, to 1 MiB.</summary>
    public int MaxKeptArgumentsSize { get; set; } = 4 << 10;

    /// <summary>
    /// How many headers a run may have: those that it is given, that it inherits, and its task's own together. Default: 32. Range: zero to 256. Runs and registrations with more are
    /// refused with <see cref="InvalidTaskException"/>.
    /// </summary>
    public int MaxHeaders { get; set; } = 32;

    /// <summary>
    /// How large those headers may be, names and texts together, in bytes of UTF-8. Default: 4 KiB. Range: zero to 16 KiB. They are kept with the run's result. What is larger is refused
    /// with <see cref="PayloadTooLargeException"/>.
    /// </summary>
    public int MaxHeadersSize { get; set; } = 4 << 10;

    /// <summary>The largest value of a run, in bytes of JSON. Default: 512 KiB. Range: 1 KiB to 64 MiB.</summary>
    /// <remarks>A value that does not fit a message on a stream is read from the history by its subscribers; see <see cref="MaxStreamMessageSize"/>.</remarks>
    public int MaxValueSize { get; set; } = 512 << 10;

    /// <summary>The longest error message that is kept of a run, in UTF-16 code units. Default: 8,192. Range: 256 to 262,144. A longer one is cut, and says so.</summary>
    public int MaxErrorLength { get; set; } = 8_192;

    /// <summary>
    /// The longest stack that is kept of a run, in UTF-16 code units, with those of inner exceptions. Default: 32,768. Range: 256 to 262,144. A longer one is cut, and says so.
    /// </summary>
    public int MaxStackLength { get; set; } = 32_768;

    /// <summary>
    /// How many UTF-16 code units the lines may have together that are kept of what an attempt logs. Default: 65,536. Range: 1,000 to 262,144. The newest lines are kept; the first line
    /// says how many are not. One line has 1,000 at most, and <see cref="TaskOptions.LogLines"/> limits their number.
    /// </summary>
    public int MaxLogLength { get; set; } = 65_536;

    /// <summary>
    /// The largest message on a stream, in bytes. Default: 768 KiB. Range: 64 KiB to 64 MiB. Results go out in batches of no more. A result that is larger goes without its value and its log
    /// (<see cref="TaskResult.IsPartial"/>), which subscribers through <see cref="ITaskClient"/> get from the history; a larger broadcast is refused.
    /// </summary>
    /// <remarks>Memory streams carry no message above 1 MiB. With another stream provider set what it carries.</remarks>
    public int MaxStreamMessageSize { get; set; } = 768 << 10;

    /// <summary>The greatest number of tasks in one partition. Default: 1,000,000. Range: from 1.</summary>
    public int MaxTasksPerPartition { get; set; } = 1_000_000;

    /// <summary>The greatest number of stored runs in one partition that have not ended. Default: 1,000,000. Range: from 1.</summary>
    public int MaxPendingRunsPerPartition { get; set; } = 1_000_000;

    /// <summary>The most that the arguments of those runs may have together, in bytes of JSON. Default: 256 MiB. Range: from 1 MiB.</summary>
    public long MaxPendingArgumentsSize { get; set; } = 256 << 20;

    /// <summary>The most that the arguments of runs may have together that wait on one silo for a place, in bytes of JSON. Default: 256 MiB. Range: from 1 MiB.</summary>
    public long MaxQueuedArgumentsSize { get; set; } = 256 << 20;

    /// <summary>The greatest number of runs of one task that are due and wait. Default: 100,000. Range: from 1.</summary>
    public int MaxWaitingRunsPerTask { get; set; } = 100_000;

    /// <summary>
    /// How many steps it may take to look ahead in a schedule, for one registration, preview or list of occurrences; a step is a date or an instant that is looked at, about
    /// a microsecond. Default: 1,000,000. Range: 10,000 to 100,000,000. What takes more is refused with <see cref="ScheduleTooExpensiveException"/>.
    /// </summary>
    public long MaxScheduleSteps { get; set; } = 1_000_000;

    /// <summary>How long that may take. Default: 5 s. Range: 100 ms to 1 minute.</summary>
    public TimeSpan MaxScheduleTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The greatest number of business calendars. Default: 100. Range: 0 to 10,000.</summary>
    public int MaxCalendars { get; set; } = 100;

    /// <summary>The greatest number of days in each list of a business calendar. Default: 2,000. Range: 1 to 10,000.</summary>
    public int MaxCalendarDays { get; set; } = BusinessCalendar.MaxDays;

    /// <summary>The greatest number of <see cref="TaskOptions.Tags"/> of a task. Default: 20. Range: 0 to 200.</summary>
    public int MaxTags { get; set; } = 20;

    /// <summary>The longest tag, in UTF-16 code units. Default: 50. Range: 1 to 200.</summary>
    public int MaxTagLength { get; set; } = 50;

    /// <summary>The longest description of a task or a business calendar, in UTF-16 code units. Default: 1,000. Range: 0 to 16,384.</summary>
    public int MaxDescriptionLength { get; set; } = 1_000;

    /// <summary>The longest note of a pause, in UTF-16 code units. Default: 1,000. Range: 0 to 4,096. A longer one is cut, and says so.</summary>
    public int MaxNoteLength { get; set; } = 1_000;

    /// <summary>
    /// The greatest number of idempotency keys in one partition, those of <see cref="DispatchOptions.UniqueFor"/> among them, about 300 bytes each in memory. A dispatch with a further one is
    /// refused with <see cref="TasksOverloadedException"/> until some are forgotten. Default: 1,000,000. Range: from 1.
    /// </summary>
    public int MaxIdempotencyKeys { get; set; } = 1_000_000;

    /// <summary>How long an idempotency key is remembered after its run has ended. Default: 24 hours. Range: from zero.</summary>
    public TimeSpan IdempotencyRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long the ids of requests are remembered after what they asked for is done and forgotten, so that a repetition changes nothing. It is counted while the partition is open, and must
    /// be longer than any client repeats (<see cref="TaskClientOptions.RetryFor"/>). Default: 1 hour. Range: 1 minute to 30 days.
    /// </summary>
    public TimeSpan RequestRetention { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The greatest number of such ids in one partition, 16 bytes each in memory and about 22 in storage. Beyond it the oldest are dropped before their time; a repeated dispatch of a run
    /// that is made at most once is then refused (<see cref="RequestForgottenException"/>) if it may be one of them. Default: 262,144. Range: 16,384 to 16,777,216.
    /// </summary>
    public int MaxRememberedRequests { get; set; } = 262_144;

    /// <summary>How long a cancelled task stays in the list. Default: 7 days. Range: from zero.</summary>
    public TimeSpan CancelledTaskRetention { get; set; } = TimeSpan.FromDays(7);
}
