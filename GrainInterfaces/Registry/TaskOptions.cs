using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Registry;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>How a task's runs are treated.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskOptions")]
public sealed record TaskOptions
{
    /// <summary>The options of a task that names none.</summary>
    public static TaskOptions Default { get; } = new();

    /// <summary>A sentence for people about what the task is for; at most 1,000 characters. Default: none.</summary>
    [Id(0)]
    public string? Description { get; init; }

    /// <summary>Whether the values that the handler returns are sent to callers and subscribers. Default: true.</summary>
    [Id(1)]
    public bool SendReturnValues { get; init; } = true;

    /// <summary>How long one attempt may take, for runs that do not say it themselves; at most 24 days. Null, the default: as long as it takes.</summary>
    /// <remarks>An attempt that is asked to stop because of it has failed: <see cref="Retry"/> says whether there is another.</remarks>
    [Id(2)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// What happens to a run whose silo dies, for runs that do not say it themselves. Null, the default:
    /// <see cref="RunGuarantee.AtMostOnce"/> for awaited and scheduled runs, <see cref="RunGuarantee.AtLeastOnce"/> for dispatched ones.
    /// </summary>
    [Id(3)]
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>What an occurrence does while an earlier one runs. Default: <see cref="OverlapPolicy.Skip"/>.</summary>
    [Id(4)]
    public OverlapPolicy Overlap { get; init; }

    /// <summary>How many results are kept, 1 to 10,000. Default: 256.</summary>
    /// <remarks>Subscribers that missed results get them from here, so it is also the longest gap that can be filled.</remarks>
    [Id(5)]
    public int HistoryLength { get; init; } = 256;

    /// <summary>Whether and when a run is tried again whose handler failed, for runs that do not say it themselves. Null, the default: it is not, unless the handler asks for it.</summary>
    [Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>
    /// How long a run may take as a whole, for runs that do not say it themselves: from when it is due, with waiting, all attempts and the times between them. Positive, at
    /// most 24 days. Null, the default: as long as it takes. Then it is asked to stop, and ends as <see cref="RunStatus.TimedOut"/>.
    /// </summary>
    [Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>
    /// How long after it is due a dispatched run may still begin, for runs that do not say it themselves. Positive, at most 24 days. Null, the default: at any time. Later it ends as
    /// <see cref="RunStatus.Expired"/>, and the handler is not called.
    /// </summary>
    [Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? ExpireAfter { get; init; }

    /// <summary>How many occurrences may wait for the run of an earlier one with <see cref="OverlapPolicy.QueueAll"/>. Null, the default: 100. Range: 1 to 10,000.</summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxQueuedOccurrences { get; init; }

    /// <summary>By how much an occurrence may be late without being missed. Null, the default: what the silo says (<c>TasksOptions.MisfireThreshold</c>, 10 s). Range: 100 ms to 1 day.</summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? MisfireThreshold { get; init; }

    /// <summary>What becomes of missed occurrences. Null, the default: <see cref="CatchUpPolicy.Last"/>.</summary>
    [Id(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CatchUpPolicy? CatchUp { get; init; }

    /// <summary>
    /// After how many occurrences in a row whose runs failed, or timed out, the task is paused, with a note that says so. What was before its last change does not count.
    /// Null, the default: never. Range: 1 to <see cref="HistoryLength"/>, from which they are counted.
    /// </summary>
    [Id(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PauseAfterFailures { get; init; }

    /// <summary>
    /// How many runs of the task may be under way at once, in the whole cluster and whoever asked for them; further ones wait. Null, the default: as many as the silos
    /// have places for. Range: 1 to 100,000. It is kept while silos come and go; only one that was declared dead and still runs may go beyond.
    /// </summary>
    [Id(13), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxConcurrentRuns { get; init; }

    /// <summary>How many runs of the task, further attempts included, may begin in a period, in the whole cluster; further ones wait. Null, the default: any number.</summary>
    [Id(14), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RateLimit? RateLimit { get; init; }

    /// <summary>Which of several waiting runs begin first, for runs that do not say it themselves: among those of the task, and among all that wait on a silo. Default: <see cref="RunPriority.Normal"/>.</summary>
    [Id(15), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RunPriority Priority { get; init; }

    /// <summary>
    /// How many of the lines that a run's last attempt logged are kept with its result, the last ones. Null, the default: 50. Range: 0 to 1,000; 0 keeps none. A line has at most 1,000 characters.
    /// </summary>
    [Id(16), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LogLines { get; init; }

    /// <summary>
    /// How long after it is due a run that has not started is reported as overdue (<see cref="TaskEventKind.RunOverdue"/>, and a warning in the silo's log). Null, the default: it is
    /// not. Range: 1 second to 24 days. It is found within five seconds.
    /// </summary>
    [Id(17), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? OverdueAfter { get; init; }

    /// <summary>
    /// How long a run may be under way before it is reported as taking too long (<see cref="TaskEventKind.RunTooLong"/>, and a warning in the silo's log); it goes on. Null, the
    /// default: it is not. Range: 1 second to 24 days. It is found within five seconds.
    /// </summary>
    [Id(18), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? TooLongAfter { get; init; }

    /// <summary>
    /// How long results are kept at most; older ones are removed when later ones come. Null, the default: until there are more than <see cref="HistoryLength"/>. Range: 1 minute to 3,650 days.
    /// </summary>
    [Id(19), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? HistoryAge { get; init; }

    /// <summary>
    /// For how long runs of the task that succeeded are kept for searches (<see cref="ITaskClient.RunsAsync"/>), and how many of them; it holds for runs that end from then on. Null, the default: as the
    /// silos' <c>TasksOptions.KeepSucceeded</c> says. Not longer than <see cref="HistoryAge"/>.
    /// </summary>
    [Id(28), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunRetention? KeepSucceeded { get; init; }

    /// <summary>The same for runs that failed, timed out, expired, were lost or cancelled. Null, the default: as the silos' <c>TasksOptions.KeepOther</c> says.</summary>
    [Id(29), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunRetention? KeepOther { get; init; }

    /// <summary>What is run after each run of the task, whoever asked for it; at most 20. Null, the default: nothing.</summary>
    [Id(20), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>
    /// The name of the group that the task belongs to; names are as those of tasks. The runs of all tasks of a group share its limits (<see cref="RunGroup"/>), in the whole cluster and besides the
    /// task's own. Null, the default: none.
    /// </summary>
    [Id(21), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Group { get; init; }

    /// <summary>
    /// Words by which people find and group tasks, such as <c>billing</c>: at most 20 of at most 50 characters each (<see cref="TaskEngineLimits.MaxTags"/>, <see cref="TaskEngineLimits.MaxTagLength"/>), without commas. Whatever their case, they are the same. Null, the default: none.
    /// </summary>
    [Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>
    /// How many attempts of a run with <see cref="RunGuarantee.AtLeastOnce"/> may be lost with their silos before the run ends as <see cref="RunStatus.Lost"/>: a handler that ends its process would
    /// end one silo after the other. A schedule is paused when occurrences of it were lost with as many silos in a row, whether they are repeated or not.
    /// Null, the default: 3. Range: 1 to 100; 1 means that the first loss is the end.
    /// </summary>
    /// <remarks>After the second loss, the next attempt waits for about 10 s, after each further one for twice as long, up to 5 minutes. With 1, each start of a stored run, or of an occurrence, takes a write of its own.</remarks>
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
            yield return $"Options.Description has {Description.Length} characters; {limits.MaxDescriptionLength} are allowed (TasksOptions.Limits.MaxDescriptionLength).";
        }
        else if (Description is not null && !ShownText.IsHarmless(Description.Replace("\r\n", " ", StringComparison.Ordinal).Replace('\n', ' ').Replace('\t', ' ')))
        {
            yield return $"Options.Description has control characters or marks of direction: '{ShownText.Of(Description, 100)}'. Lines and tabs are allowed.";
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

        foreach (var fault in (RateLimit?.Faults("Options.RateLimit") ?? []).Concat(OptionFaults.OfEnum<RunPriority>("Options.Priority", Priority)))
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
            yield return $"Options.Overlap is {(int)Overlap}, which is no OverlapPolicy.";
        }

        foreach (var fault in OptionFaults.OfEnum("Options.Guarantee", Guarantee))
        {
            yield return fault;
        }
    }
}
