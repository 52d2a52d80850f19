using OrleansTasks.Runs;
using OrleansTasks.Text;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>
/// Selects ended runs, in all tasks or in one. A run must meet all conditions. Runs are found while they are kept
/// (<c>TasksOptions.KeepSucceeded</c>, <c>TasksOptions.KeepOther</c>), even after their task was removed.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunQuery")]
public sealed record RunQuery
{
    /// <summary>The maximum <see cref="Limit"/> of one page over HTTP.</summary>
    public const int MaxPage = 1_000;

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Gets the statuses of the runs, each of them final. Default: empty, for all.</summary>
    [Id(0)]
    public IReadOnlyList<RunStatus> Statuses { get; init; } = [];

    /// <summary>Gets the name of the runs' task. Default: null, for all.</summary>
    [Id(1)]
    public string? Task { get; init; }

    /// <summary>Gets the handler of the runs' tasks at the time of their end. Default: null, for all.</summary>
    [Id(2)]
    public string? Handler { get; init; }

    /// <summary>Gets a tag of the runs' tasks at the time of their end. Default: null, for all.</summary>
    [Id(3)]
    public string? Tag { get; init; }

    /// <summary>Gets the group of the runs' tasks at the time of their end. Default: null, for all.</summary>
    [Id(4)]
    public string? Group { get; init; }

    /// <summary>Gets the batch of the runs. Default: null, for all.</summary>
    [Id(5)]
    public Guid? Batch { get; init; }

    /// <summary>Gets the run that the runs follow. Default: null, for all.</summary>
    [Id(6)]
    public RunId? Parent { get; init; }

    /// <summary>Gets the name of whoever requested the runs (see <see cref="TaskActor"/>). Default: null, for all.</summary>
    [Id(7)]
    public string? RequestedBy { get; init; }

    /// <summary>
    /// Gets the silo of the runs' last attempt: its address, as in <see cref="TaskResult.Silo"/>, or the beginning of it. Default: null,
    /// for all.
    /// </summary>
    [Id(8)]
    public string? Silo { get; init; }

    /// <summary>Gets what created the runs. Default: null, for all.</summary>
    [Id(9)]
    public RunTrigger? Trigger { get; init; }

    /// <summary>
    /// Gets the type of the runs' error: its full name, or the last part of it (<c>TimeoutException</c>). Default: null, for all.
    /// </summary>
    [Id(10)]
    public string? ErrorType { get; init; }

    /// <summary>Gets headers that the runs have, with these values. The case of names does not matter. Default: empty, for all.</summary>
    public IReadOnlyDictionary<string, string> Headers
    {
        get => _headers ?? TaskHeaders.None;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>
    /// Gets a text that the runs have in their arguments, their error or a line of their log, in any case. The search reads the kept data
    /// of each run that meets the other conditions, so set a period too. Default: null, for all.
    /// </summary>
    [Id(11)]
    public string? Text { get; init; }

    /// <summary>Gets the instant at or after which the runs ended. Default: null, for all.</summary>
    [Id(12)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the instant before which the runs ended. Default: null, for all.</summary>
    [Id(13)]
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets the instant at or after which the runs were planned. Default: null, for all.</summary>
    [Id(14)]
    public DateTimeOffset? DueFrom { get; init; }

    /// <summary>Gets the instant before which the runs were planned. Default: null, for all.</summary>
    [Id(15)]
    public DateTimeOffset? DueTo { get; init; }

    /// <summary>Gets the instant at or after which the runs' last attempt started. Default: null, for all.</summary>
    [Id(16)]
    public DateTimeOffset? StartedFrom { get; init; }

    /// <summary>Gets the instant before which the runs' last attempt started. Default: null, for all.</summary>
    [Id(17)]
    public DateTimeOffset? StartedTo { get; init; }

    /// <summary>Gets the minimum duration of the runs' last attempt. Default: null, for all.</summary>
    [Id(18)]
    public TimeSpan? MinDuration { get; init; }

    /// <summary>Gets the maximum duration of the runs' last attempt. Default: null, for all.</summary>
    [Id(19)]
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Gets the minimum time from the planned instant to the start of the last attempt. Default: null, for all.</summary>
    [Id(20)]
    public TimeSpan? MinLateness { get; init; }

    /// <summary>Gets the sort key. Default: <see cref="RunSort.Ended"/>.</summary>
    [Id(21)]
    public RunSort Sort { get; init; }

    /// <summary>Gets a value indicating whether the smallest value comes first: the oldest, the shortest. Default: false.</summary>
    [Id(22)]
    public bool Ascending { get; init; }

    /// <summary>Gets the maximum number of runs. Default: null, for no limit; over HTTP 100. Range: from 1.</summary>
    [Id(23)]
    public int? Limit { get; init; }

    /// <summary>
    /// Gets the position after which the page starts: the result of <see cref="PlaceOf"/> for the last run of the previous page. Pages are
    /// stable: runs that end meanwhile do not move the runs of later pages. Default: null, for the beginning.
    /// </summary>
    [Id(24)]
    public string? After { get; init; }

    /// <summary>
    /// Gets the states of dead letters: runs that failed, timed out or were lost, and whose attempts are used up. A run must have one of
    /// them. Default: empty, for all runs.
    /// </summary>
    [Id(25)]
    public IReadOnlyList<DeadLetterState> DeadLetters { get; init; } = [];

    /// <summary>Returns the position of a run in the order of this query.</summary>
    /// <param name="run">A run that has ended.</param>
    /// <returns>A text for <see cref="After"/> of the query for the next page.</returns>
    public string PlaceOf(RunInfo run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return RunRank.Of(run, this).ToString(Sort);
    }

    /// <summary>Returns the faults of the query, or none.</summary>
    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Task is { } task && TaskNames.Fault(task) is { } fault)
        {
            faults.Add(fault);
        }

        if (Limit < 1)
        {
            faults.Add($"Limit is {Limit}; at least 1 is required.");
        }

        if (!Enum.IsDefined(Sort))
        {
            faults.Add(EnumText.Fault("Sort", Sort));
        }

        if (After is not null && RunRank.TryParse(After, Sort) is null)
        {
            faults.Add($"After is '{ShownText.Of(After)}', which is not a position among runs sorted by {Sort}; use the one from the last "
                + "page, with the same sort.");
        }

        foreach (var status in Statuses.Where(static s => !s.IsFinal()))
        {
            faults.Add($"The status {status} is not a final status; use one of {string.Join(", ", Finals)}.");
        }

        faults.AddRange(DeadLetters.Where(static s => !Enum.IsDefined(s)).Select(static s => EnumText.Fault("DeadLetters", s)));
        AddIfEmpty(faults, From, To, nameof(From), nameof(To));
        AddIfEmpty(faults, DueFrom, DueTo, nameof(DueFrom), nameof(DueTo));
        AddIfEmpty(faults, StartedFrom, StartedTo, nameof(StartedFrom), nameof(StartedTo));
        if (MinDuration > MaxDuration)
        {
            faults.Add($"MinDuration is {MinDuration}; it must be at most MaxDuration, which is {MaxDuration}.");
        }

        if (Text is { Length: 0 })
        {
            faults.Add("Text is empty; use null to select all runs.");
        }

        return faults;
    }

    private static IEnumerable<RunStatus> Finals => Enum.GetValues<RunStatus>().Where(static s => s.IsFinal());

    private static void AddIfEmpty(List<string> faults, DateTimeOffset? from, DateTimeOffset? to, string fromName, string toName)
    {
        if (from >= to)
        {
            faults.Add($"{fromName} is {from:O}; it must be before {toName}, which is {to:O}.");
        }
    }
}
