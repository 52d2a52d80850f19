using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Registry;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Defines the options of a task's runs.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskOptions")]
public sealed record TaskOptions
{
    /// <summary>Gets the options of a task that sets none.</summary>
    public static TaskOptions Default { get; } = new();

    /// <summary>
    /// Gets a description of the task's purpose, for people to read. Default: null, for none. Range: at most 1,000 characters.
    /// </summary>
    [Id(0)]
    public string? Description { get; init; }

    /// <summary>Gets a value indicating whether the handler's return values are sent to callers and subscribers. Default: true.</summary>
    [Id(1)]
    public bool SendReturnValues { get; init; } = true;

    /// <summary>
    /// Gets the maximum time of one attempt, for runs that set none. Default: null, for no limit. Range: at most 24 days.
    /// </summary>
    /// <remarks>
    /// An attempt that exceeds it is cancelled and has failed. <see cref="Retry"/> decides whether another attempt follows.
    /// </remarks>
    [Id(2)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Gets what happens to a run whose silo is lost, for runs that set nothing else. Default: null, which means
    /// <see cref="RunGuarantee.AtMostOnce"/> for awaited and scheduled runs and <see cref="RunGuarantee.AtLeastOnce"/> for dispatched runs.
    /// </summary>
    [Id(3)]
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>Gets what an occurrence does while an earlier one is active. Default: <see cref="OverlapPolicy.Skip"/>.</summary>
    [Id(4)]
    public OverlapPolicy Overlap { get; init; }

    /// <summary>Gets the number of results that are kept. Default: 256. Range: 1 to 10,000.</summary>
    /// <remarks>Subscribers that missed results read them from here, so it is also the longest gap that can be filled.</remarks>
    [Id(5)]
    public int HistoryLength { get; init; } = 256;

    /// <summary>
    /// Gets whether and when a run is retried whose handler failed, for runs that set nothing else. Default: null, which means no retry
    /// unless the handler asks for it.
    /// </summary>
    [Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>
    /// Gets the maximum time of a run as a whole, for runs that set none. It counts from the due time and includes waits, all attempts and
    /// the times between them. A run that exceeds it is cancelled and ends as <see cref="RunStatus.TimedOut"/>. Default: null, for no
    /// limit. Range: positive, at most 24 days.
    /// </summary>
    [Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>
    /// Gets how long after its due time a dispatched run may still start, for runs that set nothing else. A later run ends as
    /// <see cref="RunStatus.Expired"/>, and the handler is not called. Default: null, for no limit. Range: positive, at most 24 days.
    /// </summary>
    [Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? ExpireAfter { get; init; }

    /// <summary>
    /// Gets the maximum number of occurrences in the queue of <see cref="OverlapPolicy.QueueAll"/>. Default: null, which means 100. Range:
    /// 1 to 10,000.
    /// </summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxQueuedOccurrences { get; init; }

    /// <summary>
    /// Gets how late an occurrence may be without being missed. Default: null, which uses the silo's setting
    /// (<c>TasksOptions.MisfireThreshold</c>, 10 s). Range: 100 ms to 1 day.
    /// </summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? MisfireThreshold { get; init; }

    /// <summary>Gets what happens to missed occurrences. Default: null, which means <see cref="CatchUpPolicy.Last"/>.</summary>
    [Id(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CatchUpPolicy? CatchUp { get; init; }

    /// <summary>
    /// Gets the number of consecutive occurrences with failed or timed-out runs after which the task is paused, with a note that says so.
    /// Runs before the task's last change do not count. Default: null, which never pauses. Range: 1 to <see cref="HistoryLength"/>, because
    /// they are counted in the history.
    /// </summary>
    [Id(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PauseAfterFailures { get; init; }

    /// <summary>
    /// Gets the maximum number of the task's runs that are active at once in the whole cluster, whoever requested them. Further runs wait.
    /// Default: null, which uses all places of the silos. Range: 1 to 100,000. The limit holds while silos come and go; only a run on a
    /// silo that was declared dead but still works may exceed it.
    /// </summary>
    [Id(13), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxConcurrentRuns { get; init; }

    /// <summary>
    /// Gets the maximum number of the task's runs, including further attempts, that start in a period in the whole cluster. Further runs
    /// wait. Default: null, for no limit.
    /// </summary>
    [Id(14), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RateLimit? RateLimit { get; init; }

    /// <summary>
    /// Gets which of several waiting runs start first, among the runs of the task and among all that wait on a silo, for runs that set
    /// nothing else. Default: <see cref="RunPriority.Normal"/>.
    /// </summary>
    [Id(15), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RunPriority Priority { get; init; }

    /// <summary>
    /// Gets the number of log lines of a run's last attempt that are kept with its result: the last ones. Default: null, which means 50.
    /// Range: 0 to 1,000; 0 keeps none. A line has at most 1,000 characters.
    /// </summary>
    [Id(16), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LogLines { get; init; }

    /// <summary>
    /// Gets how long a run may be due without starting before it is reported as overdue (<see cref="TaskEventKind.RunOverdue"/> and a
    /// warning in the silo's log). The report comes within five seconds. Default: null, for no report. Range: 1 second to 24 days.
    /// </summary>
    [Id(17), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? OverdueAfter { get; init; }

    /// <summary>
    /// Gets how long a run may be active before it is reported as taking too long (<see cref="TaskEventKind.RunTooLong"/> and a warning in
    /// the silo's log). The run continues. The report comes within five seconds. Default: null, for no report. Range: 1 second to 24 days.
    /// </summary>
    [Id(18), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? TooLongAfter { get; init; }

    /// <summary>
    /// Gets the maximum age of kept results. Older ones are removed when later ones arrive. Default: null, which keeps results until there
    /// are more than <see cref="HistoryLength"/>. Range: 1 minute to 3,650 days.
    /// </summary>
    [Id(19), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? HistoryAge { get; init; }

    /// <summary>
    /// Gets how long, and how many, of the task's successful runs are kept for searches (<see cref="ITaskClient.RunsAsync"/>). It applies
    /// to runs that end from now on. Default: null, which uses the silos' <c>TasksOptions.KeepSucceeded</c>. Runs are not kept longer than
    /// <see cref="HistoryAge"/>.
    /// </summary>
    [Id(28), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunRetention? KeepSucceeded { get; init; }

    /// <summary>
    /// Gets the same for runs that failed, timed out, expired, were lost or were cancelled. Default: null, which uses the silos'
    /// <c>TasksOptions.KeepOther</c>.
    /// </summary>
    [Id(29), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunRetention? KeepOther { get; init; }

    /// <summary>Gets the continuations of each run of the task, whoever requested it. Default: null, for none. Range: at most 20.</summary>
    [Id(20), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>
    /// Gets the name of the task's group. It follows the rules for task names (<see cref="TaskNames"/>). The runs of all tasks of a group
    /// share its limits (<see cref="RunGroup"/>) in the whole cluster, in addition to the task's own. Default: null, for none.
    /// </summary>
    [Id(21), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Group { get; init; }

    /// <summary>
    /// Gets words by which people find and group tasks, such as <c>billing</c>. Case does not matter, and commas are not allowed. Default:
    /// null, for none. Range: at most 20 of at most 50 characters each (<see cref="TaskEngineLimits.MaxTags"/>,
    /// <see cref="TaskEngineLimits.MaxTagLength"/>).
    /// </summary>
    [Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>
    /// Gets the number of attempts of a run with <see cref="RunGuarantee.AtLeastOnce"/> that may be lost with their silos before the run
    /// ends as <see cref="RunStatus.Lost"/>. It stops a handler that ends its process from ending one silo after the other. A schedule is
    /// paused when consecutive occurrences were lost with as many silos, whether or not they are repeated. Default: null, which means 3.
    /// Range: 1 to 100; 1 ends the run with the first loss.
    /// </summary>
    /// <remarks>
    /// After the second loss, the next attempt waits for about 10 s; after each further loss, it waits twice as long, up to 5 minutes. With
    /// 1, each start of a stored run or of an occurrence takes a write of its own.
    /// </remarks>
    [Id(30), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxLosses { get; init; }

    internal IEnumerable<string> Faults(TaskEngineLimits? limits = null)
    {
        limits ??= TaskEngineLimits.Default;
        foreach (var fault in TaskTags.Faults(Tags, limits))
        {
            yield return fault;
        }

        if (Description?.Length > limits.MaxDescriptionLength)
        {
            yield return $"Options.Description has {Description.Length} characters; {limits.MaxDescriptionLength} are allowed "
                + "(TasksOptions.Limits.MaxDescriptionLength).";
        }
        else if (Description is not null
            && !ShownText.IsHarmless(Description.Replace("\r\n", " ", StringComparison.Ordinal).Replace('\n', ' ').Replace('\t', ' ')))
        {
            yield return $"Options.Description has control characters or direction marks: '{ShownText.Of(Description, 100)}'. Lines and "
                + "tabs are allowed.";
        }

        foreach (var fault in OptionFaults.OfTimeout("Options.Timeout", Timeout)
            .Concat(OptionFaults.OfTimeout("Options.RunTimeout", RunTimeout))
            .Concat(OptionFaults.OfTimeout("Options.ExpireAfter", ExpireAfter))
            .Concat(Retry?.Faults("Options.Retry") ?? []))
        {
            yield return fault;
        }

        if (MaxQueuedOccurrences is < 1 or > 10_000)
        {
            yield return $"Options.MaxQueuedOccurrences is {MaxQueuedOccurrences}; 1 to 10000 are allowed.";
        }

        if (MisfireThreshold is { } threshold && (threshold < TimeSpan.FromMilliseconds(100) || threshold > TimeSpan.FromDays(1)))
        {
            yield return $"Options.MisfireThreshold is {threshold}; 100 ms to 1 day are allowed.";
        }

        if (PauseAfterFailures is { } failures && (failures < 1 || failures > HistoryLength))
        {
            yield return $"Options.PauseAfterFailures is {failures}; 1 to HistoryLength, which is {HistoryLength}, are allowed.";
        }

        foreach (var fault in CatchUp?.Faults("Options.CatchUp") ?? [])
        {
            yield return fault;
        }

        if (MaxLosses is < 1 or > 100)
        {
            yield return $"Options.MaxLosses is {MaxLosses}; 1 to 100 are allowed.";
        }

        if (LogLines is < 0 or > 1000)
        {
            yield return $"Options.LogLines is {LogLines}; 0 to 1000 are allowed.";
        }

        if (HistoryAge is { } age && (age < TimeSpan.FromMinutes(1) || age > TimeSpan.FromDays(3650)))
        {
            yield return $"Options.HistoryAge is {age}; 1 minute to 3650 days are allowed.";
        }

        foreach (var (name, value) in new[] { (nameof(OverdueAfter), OverdueAfter), (nameof(TooLongAfter), TooLongAfter) })
        {
            if (value is { } wait && (wait < TimeSpan.FromSeconds(1) || wait > OptionFaults.LongestWait))
            {
                yield return $"Options.{name} is {wait}; 1 second to 24 days are allowed.";
            }
        }

        if (MaxConcurrentRuns is < 1 or > 100_000)
        {
            yield return $"Options.MaxConcurrentRuns is {MaxConcurrentRuns}; 1 to 100000 are allowed.";
        }

        foreach (var fault in (RateLimit?.Faults("Options.RateLimit") ?? []).Concat(
            OptionFaults.OfEnum<RunPriority>("Options.Priority", Priority)))
        {
            yield return fault;
        }

        if (HistoryLength is < 1 or > 10_000)
        {
            yield return $"Options.HistoryLength is {HistoryLength}; 1 to 10000 are allowed.";
        }

        if (Group is not null && TaskNames.Fault(Group) is { } groupFault)
        {
            yield return $"Options.Group: {groupFault}";
        }

        foreach (var fault in (KeepSucceeded?.Faults("Options.KeepSucceeded") ?? []).Concat(KeepOther?.Faults("Options.KeepOther") ?? []))
        {
            yield return fault;
        }

        foreach (var fault in Continuation.Faults("Options.Then", Then))
        {
            yield return fault;
        }

        if (!Enum.IsDefined(Overlap))
        {
            yield return EnumText.Fault("Options.Overlap", Overlap);
        }

        foreach (var fault in OptionFaults.OfEnum("Options.Guarantee", Guarantee))
        {
            yield return fault;
        }
    }
}
