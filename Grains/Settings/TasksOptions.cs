namespace OrleansTasks;

/// <summary>Defines the settings of the engine on one silo. All silos of a cluster should have the same settings.</summary>
public sealed class TasksOptions
{
    /// <summary>
    /// Gets or sets a value indicating whether the start of a silo also starts the scheduler when the cluster starts from nothing. Default:
    /// true.
    /// </summary>
    /// <remarks>A scheduler that <see cref="ITaskClient.StopAsync"/> stopped stays stopped while any silo of the cluster lives.</remarks>
    public bool AutoStart { get; set; } = true;

    /// <summary>
    /// Gets or sets the number of partitions of the registry. Default: 16. Range: 1 to 1,024. It is fixed when the cluster first starts on
    /// its storage; a silo with another number does not start.
    /// </summary>
    public int Partitions { get; set; } = 16;

    /// <summary>Gets or sets the maximum number of active runs on this silo. Default: 64 for each processor. Range: from 1.</summary>
    public int MaxConcurrentRuns { get; set; } = 64 * Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets the number of active runs beyond <see cref="MaxConcurrentRuns"/> on this silo that are reserved for occurrences of
    /// schedules. Default: 16 for each processor. Range: from 0. Schedules stay on time while other runs fill the silo.
    /// </summary>
    public int PlacesForOccurrences { get; set; } = 16 * Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets the maximum number of runs that wait on this silo for a place. Default: 10,000. Range: from 0. Further requests are
    /// rejected with <see cref="TasksOverloadedException"/>.
    /// </summary>
    public int MaxQueuedRuns { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the number of active runs on a task's own silo from which further runs go to the least busy silo. Default: 2 for each
    /// processor. Range: from 0.
    /// </summary>
    public int SpreadAbove { get; set; } = 2 * Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets a value indicating whether the silo adjusts the minimum number of threads of its process's thread pool: at least eight,
    /// and one more for each handler that blocks its thread. Default: true.
    /// </summary>
    /// <remarks>
    /// The pool belongs to the whole process. Set this to false if the host sets the minimum itself
    /// (<see cref="ThreadPool.SetMinThreads"/>). Handlers that block then delay grains, timers and other handlers until the pool adds
    /// threads by itself. The silo reads this value once, when it starts.
    /// </remarks>
    public bool AdjustThreadPool { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether results carry the stack trace of an exception. Default: true. The HTTP API has its own
    /// setting.
    /// </summary>
    public bool SendStacks { get; set; } = true;

    /// <summary>
    /// Gets or sets how late an occurrence may be and still run. Default: 10 s. Range: 100 ms to 1 day. Later occurrences are missed, and
    /// the log says so.
    /// </summary>
    public TimeSpan MisfireThreshold { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the maximum difference between clocks, and how far ahead of the clock a stored instant of the past may be. Default: 10
    /// s. Range: 1 s to 1 hour. A larger difference means that a clock was wrong: the stored instants of a task are set back to the
    /// present, so that it continues to fire, and a silo with a different clock fires tasks at the time of their partitions. Within it, a
    /// task whose clock was put back waits for its next occurrence that has not fired yet.
    /// </summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the handlers that this silo runs, out of those that its code defines: names separated by commas, in which <c>*</c>
    /// stands for any characters. A name with <c>!</c> before it is excluded from the others, or from all if every name has one. Default:
    /// <c>*</c>, for all. Empty for none, as for a silo that only hosts tasks and partitions, or for a developer's machine that joins a
    /// cluster. A silo's code defines a task only if the silo runs its handler. Example: <c>mail-*,report,!mail-test</c>.
    /// </summary>
    /// <remarks>It is read once, when the silo starts. <see cref="ITaskClient.DrainAsync"/> controls what an active silo takes.</remarks>
    public string RunsTasks { get; set; } = "*";

    /// <summary>
    /// Gets or sets how often a silo checks that every partition is active, in addition to each change of membership. Default: 5 s. Range:
    /// 100 ms to 1 minute.
    /// </summary>
    public TimeSpan SupervisionPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how long the set of silos must be unchanged before partitions move to silos that have fewer, so that a new silo takes
    /// its share. Default: 30 s. Range: 1 s to 1 day; <see cref="Timeout.InfiniteTimeSpan"/> for never. Partitions move one at a time, each
    /// from the silo that has the most.
    /// </summary>
    public TimeSpan BalancePartitionsAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a stopping silo waits for its runs before it cancels their tokens. Default: 10 s. Range: zero to 1 hour. The
    /// host's shutdown timeout must be longer.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets how long a run may continue after it was cancelled before it is reported
    /// (<see cref="TaskEventKind.RunIgnoresCancellation"/>, <see cref="RunInfo.IgnoresCancellation"/> and a warning in the log). Default:
    /// 10 s. Range: 100 ms to 1 day.
    /// </summary>
    public TimeSpan CancellationGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the minimum time between two writes of a task's history. Default: 500 ms. Range: 10 ms to 1 minute. A busy task's
    /// history is written less often, down to every 8 s.
    /// </summary>
    public TimeSpan HistoryFlushPeriod { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Gets or sets how long, and how many, successful runs of each task are kept for searches, unless the task sets it. Default: 1 day,
    /// 50,000 runs and 64 MiB.
    /// </summary>
    public RunRetention KeepSucceeded { get; set; } = RunRetention.Succeeded;

    /// <summary>
    /// Gets or sets the same for runs that failed, timed out, expired, were lost or were cancelled. Default: 14 days, 50,000 runs and 64
    /// MiB.
    /// </summary>
    public RunRetention KeepOther { get; set; } = RunRetention.Other;

    /// <summary>
    /// Gets or sets a value indicating whether the grain storage may lose records, as memory storage does when a silo is lost. The
    /// partition then uses the remaining records and logs a warning, instead of reporting damaged storage. Default: false;
    /// <c>UseInMemoryTasks</c> sets it.
    /// </summary>
    public bool StorageMayForget { get; set; }

    /// <summary>
    /// Gets the storage records that may be missing, such as <c>p3/manifest</c>: partition and record, as in the error that names the
    /// missing record. The partition gives up what they held, and reports it with an error in the log and
    /// <see cref="TaskEventKind.StorageLost"/>. Default: empty. Remove them when the partition has opened.
    /// </summary>
    public ISet<string> AcceptedLosses { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets how often a partition with writes checks that its storage still has what it acknowledged. Default: 2 s. Range: 100 ms
    /// to 1 minute. A quiet partition checks less often, down to every 30 s or this time, whichever is longer.
    /// </summary>
    public TimeSpan StorageCheckPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets or sets the number of tasks that this silo's metrics distinguish by name. Runs of all further tasks count as <c>other</c>.
    /// Default: 200. Range: 0 to 100,000. Each task adds some dozens of series to the metrics backend.
    /// </summary>
    public int MaxTaggedTasks { get; set; } = 200;

    /// <summary>
    /// Gets the names of headers that a run passes on: to what its handler runs, dispatches and starts through <see cref="ITaskClient"/>,
    /// including batches, and to the runs that follow it. An entry is a name in any case, or the beginning of names followed by <c>*</c>;
    /// <c>*</c> alone is for all. Default: empty. Headers of the call or continuation take precedence, and the other task's own headers
    /// come last.
    /// </summary>
    public ISet<string> InheritedHeaders { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets the names of headers, as in <see cref="InheritedHeaders"/>, that are ignored when two dispatches are compared. These are
    /// headers that distinguish requests for the same work, which an idempotency key or <see cref="DispatchOptions.UniqueFor"/> must
    /// recognize. Default: <c>traceparent</c>, <c>tracestate</c>, and <c>correlation-id</c> and <c>request-id</c> with and without
    /// <c>x-</c> before them.
    /// </summary>
    public ISet<string> UncomparedHeaders { get; } =
        new HashSet<string>(["traceparent", "tracestate", "correlation-id", "request-id", "x-correlation-id", "x-request-id"],
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the maximum number of active runs on this silo, including those in reserved places.</summary>
    internal int AllPlaces => (int)Math.Min(int.MaxValue, (long)MaxConcurrentRuns + PlacesForOccurrences);

    /// <summary>Gets the limits of sizes and counts.</summary>
    public TaskEngineLimits Limits { get; } = new();
}
