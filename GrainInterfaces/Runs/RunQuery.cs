using OrleansTasks.Runs;
using OrleansTasks.Text;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>
/// Selects runs that have ended, in all tasks or in one. All conditions have to hold. Runs are found as long as they are kept
/// (<c>TasksOptions.Retention</c>), also after their task was removed.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunQuery")]
public sealed record RunQuery
{
    /// <summary>The greatest value of <see cref="Limit"/> for one page over HTTP.</summary>
    public const int MaxPage = 1_000;

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Only runs with one of these statuses, each a final one. Default: empty, for all.</summary>
    [Id(0)]
    public IReadOnlyList<RunStatus> Statuses { get; init; } = [];

    /// <summary>Only runs of the task of this name. Default: null, for all tasks.</summary>
    [Id(1)]
    public string? Task { get; init; }

    /// <summary>Only runs of tasks with this handler, as it was when they ended. Default: null, for all.</summary>
    [Id(2)]
    public string? Handler { get; init; }

    /// <summary>Only runs of tasks with this tag, as the tags were when they ended. Default: null, for all.</summary>
    [Id(3)]
    public string? Tag { get; init; }

    /// <summary>Only runs of tasks in this group, as it was when they ended. Default: null, for all.</summary>
    [Id(4)]
    public string? Group { get; init; }

    /// <summary>Only runs of this batch. Default: null, for all.</summary>
    [Id(5)]
    public Guid? Batch { get; init; }

    /// <summary>Only runs that follow this one. Default: null, for all.</summary>
    [Id(6)]
    public RunId? Parent { get; init; }

    /// <summary>Only runs that were asked for by this one (see <see cref="TaskActor"/>). Default: null, for all.</summary>
    [Id(7)]
    public string? RequestedBy { get; init; }

    /// <summary>Only runs whose last attempt was on this silo: its address, as <see cref="TaskResult.Silo"/> has it, or the beginning of it. Default: null, for all.</summary>
    [Id(8)]
    public string? Silo { get; init; }

    /// <summary>Only runs with this trigger. Default: null, for all.</summary>
    [Id(9)]
    public RunTrigger? Trigger { get; init; }

    /// <summary>Only runs with this type of error: its full name, or the last part of it (<c>TimeoutException</c>). Default: null, for all.</summary>
    [Id(10)]
    public string? ErrorType { get; init; }

    /// <summary>Only runs that have all these headers, with these values. Names are compared without case. Default: empty, for all.</summary>
    public IReadOnlyDictionary<string, string> Headers
    {
        get => _headers ?? TaskHeaders.None;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>Only runs with this text, of whatever case, in their arguments, their error or a line of their log. Reads what is kept of each run that fits otherwise: give a period too. Default: null, for all.</summary>
    [Id(11)]
    public string? Text { get; init; }

    /// <summary>Only runs that ended at this instant or later. Default: null, for all.</summary>
    [Id(12)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Only runs that ended before this instant. Default: null, for all.</summary>
    [Id(13)]
    public DateTimeOffset? To { get; init; }

    /// <summary>Only runs that were planned for this instant or later. Default: null, for all.</summary>
    [Id(14)]
    public DateTimeOffset? DueFrom { get; init; }

    /// <summary>Only runs that were planned for an instant before this one. Default: null, for all.</summary>
    [Id(15)]
    public DateTimeOffset? DueTo { get; init; }

    /// <summary>Only runs whose last attempt began at this instant or later. Default: null, for all.</summary>
    [Id(16)]
    public DateTimeOffset? StartedFrom { get; init; }

    /// <summary>Only runs whose last attempt began before this instant. Default: null, for all.</summary>
    [Id(17)]
    public DateTimeOffset? StartedTo { get; init; }

    /// <summary>Only runs whose last attempt took at least as long. Default: null, for all.</summary>
    [Id(18)]
    public TimeSpan? MinDuration { get; init; }

    /// <summary>Only runs whose last attempt took no longer. Default: null, for all.</summary>
    [Id(19)]
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Only runs whose last attempt began at least so long after their planned instants. Default: null, for all.</summary>
    [Id(20)]
    public TimeSpan? MinLateness { get; init; }

    /// <summary>What they are sorted by. Default: <see cref="RunSort.Ended"/>.</summary>
    [Id(21)]
    public RunSort Sort { get; init; }

    /// <summary>Whether the smallest comes first: the oldest, the shortest. Default: false.</summary>
    [Id(22)]
    public bool Ascending { get; init; }

    /// <summary>At most so many runs. Default: null, for no limit; over HTTP 100. Range: from 1.</summary>
    [Id(23)]
    public int? Limit { get; init; }

    /// <summary>
    /// Only runs after this place, as <see cref="PlaceOf"/> gives it for the last run of a page. Pages are stable: runs that end meanwhile do not move those of later pages. Default: null, from the beginning.
    /// </summary>
    [Id(24)]
    public string? After { get; init; }

    /// <summary>Gets the place of a run among those that are sorted in the way of this query.</summary>
    /// <param name="run">A run that has ended.</param>
    /// <returns>A text for <see cref="After"/> of the query for the next page.</returns>
    public string PlaceOf(RunInfo run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return RunRank.Of(run, this).ToString(Sort);
    }

    /// <summary>What is wrong with the query; empty if nothing is.</summary>
    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Task is { } task && TaskNames.Fault(task) is { } fault)
        {
            faults.Add(fault);
        }

        if (Limit < 1)
        {
            faults.Add($"Limit is {Limit}; it is at least 1.");
        }

        if (!Enum.IsDefined(Sort))
        {
            faults.Add($"Sort is {(int)Sort}, which is no value of {nameof(RunSort)}.");
        }

        if (After is not null && RunRank.TryParse(After, Sort) is null)
        {
            faults.Add($"After is '{ShownText.Of(After)}', which is no place among runs that are sorted by {Sort}; take the one that came with the last page, with the same sort.");
        }

        foreach (var status in Statuses.Where(static s => !s.IsFinal()))
        {
            faults.Add($"The status {status} is none of a run that has ended.");
        }

        AddIfEmpty(faults, From, To, nameof(From), nameof(To));
        AddIfEmpty(faults, DueFrom, DueTo, nameof(DueFrom), nameof(DueTo));
        AddIfEmpty(faults, StartedFrom, StartedTo, nameof(StartedFrom), nameof(StartedTo));
        if (MinDuration > MaxDuration)
        {
            faults.Add($"MinDuration is {MinDuration}, which is more than MaxDuration, {MaxDuration}.");
        }

        if (Text is { Length: 0 })
        {
            faults.Add("Text is empty; leave it null for all runs.");
        }

        return faults;
    }

    private static void AddIfEmpty(List<string> faults, DateTimeOffset? from, DateTimeOffset? to, string fromName, string toName)
    {
        if (from >= to)
        {
            faults.Add($"{fromName} is {from:O}, which is not before {toName}, {to:O}.");
        }
    }
}
