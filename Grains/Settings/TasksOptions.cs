namespace OrleansTasks;

/// <summary>Settings of the engine on one silo. All silos of a cluster should have the same.</summary>
public sealed class TasksOptions
{
    /// <summary>Whether hosting a silo starts the scheduler when the cluster comes up from nothing. Default: true.</summary>
    /// <remarks>A scheduler that was stopped by <see cref="ITaskClient.StopAsync"/> stays so while any silo of the cluster lives.</remarks>
    public bool AutoStart { get; set; } = true;

    /// <summary>
    /// Into how many partitions the registry is divided. Default: 16. Range: 1 to 1,024. Fixed when the cluster is first started on its
    /// storage; a silo with another number does not start.
    /// </summary>
    public int Partitions { get; set; } = 16;

    /// <summary>How many runs may be under way on this silo at once. Default: 64 for each processor. Range: from 1.</summary>
    public int MaxConcurrentRuns { get; set; } = 64 * Environment.ProcessorCount;

    /// <summary>
    /// How many runs beyond <see cref="MaxConcurrentRuns"/> may be under way on this silo if they are occurrences of schedules. Default: 16 for each
    /// processor. Range: from 0. So schedules keep their time while other runs fill the silo.
    /// </summary>
    public int PlacesForOccurrences { get; set; } = 16 * Environment.ProcessorCount;

    /// <summary>How many runs may wait on this silo for a place. Default: 10,000. Range: from 0. Beyond it, requests are refused with <see cref="TasksOverloadedException"/>.</summary>
    public int MaxQueuedRuns { get; set; } = 10_000;

    /// <summary>From how many runs under way on a task's own silo on its further runs go to the least busy silo. Default: 2 for each processor. Range: from 0.</summary>
    public int SpreadAbove { get; set; } = 2 * Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets whether the silo adjusts the minimum number of threads of its process's thread pool: at least eight, and one more for each handler that blocks its thread.
    /// Default: true.
    /// </summary>
    /// <remarks>
    /// The pool belongs to the whole process. Set this to false where the host sets the minimum itself (<see cref="ThreadPool.SetMinThreads"/>). Handlers that block then delay
    /// grains, timers and other handlers until the pool adds threads by itself. It is read once, when the silo starts.
    /// </remarks>
    public bool AdjustThreadPool { get; set; } = true;

    /// <summary>Whether results carry the stack of an exception. Default: true. What is sent over HTTP is decided there.</summary>
    public bool SendStacks { get; set; } = true;

    /// <summary>By how much an occurrence may be late and still run. Default: 10 s. Range: 100 ms to 1 day. Later ones are missed, and the log says so.</summary>
    public TimeSpan MisfireThreshold { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// By how much clocks may differ, and a stored instant that records the past may lie ahead of the clock. Default: 10 s. Range: 1 s to 1 hour. Beyond it a clock was
    /// wrong: what is stored of a task is set back to the present, so that it goes on firing, and a silo whose clock differs fires tasks at the time of their partitions.
    /// Within it, a task whose clock was put back waits until its next occurrence that was not made yet.
    /// </summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The handlers that this silo runs, of those that its code defines: names in which <c>*</c> stands for any characters, separated by commas; one with <c>!</c> before it is left out of what the others
    /// say, and where all have it, of everything. Default: <c>*</c>, all. Empty: none, as for a silo that only hosts tasks and partitions, or for a developer's machine that joins a cluster. A task is defined by a silo's code
    /// only where the silo runs its handler. Example: <c>mail-*,report,!mail-test</c>.
    /// </summary>
    /// <remarks>It is read once, when the silo starts. What a silo that is running takes is decided by <see cref="ITaskClient.DrainAsync"/>.</remarks>
    public string RunsTasks { get; set; } = "*";

    /// <summary>How often a silo checks that every partition is active, besides on each change of membership. Default: 5 s. Range: 100 ms to 1 minute.</summary>
    public TimeSpan SupervisionPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long no silo has to have come or gone before partitions move to silos that have fewer, so that one that has joined takes its part. Default: 30 s. Range: 1 s to 1 day;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for never. They move one at a time, and one by one from the silo that has the most.
    /// </summary>
    public TimeSpan BalancePartitionsAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stopping silo lets runs end before it cancels their tokens. Default: 10 s. Range: zero to 1 hour; the host's own shutdown timeout must be longer.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a run may go on after it was asked to stop before it is reported (<see cref="TaskEventKind.RunIgnoresCancellation"/>, <see cref="RunInfo.IgnoresCancellation"/> and a
    /// warning in the log). Default: 10 s. Range: 100 ms to 1 day.
    /// </summary>
    public TimeSpan CancellationGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often, at most, a task's history is written to storage. Default: 500 ms. Range: 10 ms to 1 minute. A busy task's is written more rarely, down to every 8 s.</summary>
    public TimeSpan HistoryFlushPeriod { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For how long runs that succeeded are kept for searches, and how many of each task, where the task does not say so itself. Default: 1 day, 50,000 runs and 64 MiB.</summary>
    public RunRetention KeepSucceeded { get; set; } = RunRetention.Succeeded;

    /// <summary>The same for runs that failed, timed out, expired, were lost or cancelled. Default: 14 days, 50,000 runs and 64 MiB.</summary>
    public RunRetention KeepOther { get; set; } = RunRetention.Other;

    /// <summary>
    /// Whether the grain storage may lose records, as the memory of silos does when one of them is lost. What it still has is then used,
    /// and the rest is left out with a warning, where otherwise the partition would report a damaged storage. Default: false; <c>UseInMemoryTasks</c> sets it.
    /// </summary>
    public bool StorageMayForget { get; set; }

    /// <summary>
    /// Records of the storage that may be missing, as <c>p3/manifest</c>: partition and record, as the error says that names what is missing. What they held is
    /// then given up, with an error in the log and <see cref="TaskEventKind.StorageLost"/>. Default: none. Take them out again when the partition has opened.
    /// </summary>
    public ISet<string> AcceptedLosses { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// How often a partition that was written to looks whether its storage still has what it acknowledged. Default: 2 s. Range: 100 ms to 1 minute. One that is
    /// quiet looks less and less often, down to every 30 s or this, whichever is longer.
    /// </summary>
    public TimeSpan StorageCheckPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many tasks metrics of this silo tell apart by their names; the runs of all further ones count as <c>other</c>. Default: 200. Range: 0 to 100,000. Each costs whoever keeps the
    /// metrics some dozens of series.
    /// </summary>
    public int MaxTaggedTasks { get; set; } = 200;

    /// <summary>
    /// Names of headers that a run hands on: to what its handler runs, dispatches and starts through <see cref="ITaskClient"/>, batches among it, and to the runs that follow it. A name in whatever
    /// case, or the beginning of names with <c>*</c> after it; <c>*</c> alone is for all. Default: none. What the call or the continuation says itself goes before, and the headers of the other
    /// task come last.
    /// </summary>
    public ISet<string> InheritedHeaders { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Names of headers, as in <see cref="InheritedHeaders"/>, that do not make two dispatches different ones: those that tell requests from one another, where an idempotency key or
    /// <see cref="DispatchOptions.UniqueFor"/> is to find that they are for the same. Default: <c>traceparent</c>, <c>tracestate</c>, and <c>correlation-id</c> and <c>request-id</c> with and without
    /// <c>x-</c> before them.
    /// </summary>
    public ISet<string> UncomparedHeaders { get; } =
        new HashSet<string>(["traceparent", "tracestate", "correlation-id", "request-id", "x-correlation-id", "x-request-id"], StringComparer.OrdinalIgnoreCase);

    /// <summary>How many runs may be under way here at once, all in all.</summary>
    internal int AllPlaces => (int)Math.Min(int.MaxValue, (long)MaxConcurrentRuns + PlacesForOccurrences);

    /// <summary>Limits of sizes and counts.</summary>
    public TaskEngineLimits Limits { get; } = new();
}
