using OrleansTasks.Registry;

namespace OrleansTasks;

/// <summary>Which tasks to list, and in which order.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskQuery")]
public sealed record TaskQuery
{
    /// <summary>Only names that begin so. Null: all.</summary>
    [Id(0)]
    public string? Prefix { get; init; }

    /// <summary>Only tasks in this state. Null: all.</summary>
    [Id(1)]
    public TaskState? State { get; init; }

    /// <summary>Only tasks of this handler. Null: all.</summary>
    [Id(2)]
    public string? Handler { get; init; }

    /// <summary>At most so many. Null: all.</summary>
    [Id(3)]
    public int? Limit { get; init; }

    /// <summary>Only tasks after the one of this name: by ordinal, or, in the order of <see cref="TaskOrder.NextDue"/>, together with <see cref="AfterDue"/>. Null: from the first.</summary>
    [Id(4)]
    public string? After { get; init; }

    /// <summary>Only names that have this in them, in whatever case. Null: all.</summary>
    [Id(5)]
    public string? Search { get; init; }

    /// <summary>Only tasks with this tag, in whatever case. Null: all.</summary>
    [Id(6)]
    public string? Tag { get; init; }

    /// <summary>The order. Default: <see cref="TaskOrder.Name"/>.</summary>
    [Id(7)]
    public TaskOrder Order { get; init; }

    /// <summary>In the order of <see cref="TaskOrder.NextDue"/>: the next occurrence of the task that <see cref="After"/> names. Null: it has none.</summary>
    [Id(8)]
    public DateTimeOffset? AfterDue { get; init; }

    /// <summary>Only tasks whose handler some silo has, or only those whose handler none has. Null: all.</summary>
    [Id(9)]
    public bool? HandlerAvailable { get; init; }

    /// <summary>The same from the task after another one on.</summary>
    /// <param name="last">The last task that is known.</param>
    /// <returns>The query for what follows it.</returns>
    public TaskQuery From(TaskInfo last)
    {
        ArgumentNullException.ThrowIfNull(last);
        return this with { After = last.Name, AfterDue = Order == TaskOrder.NextDue ? last.NextDue : null };
    }

    internal bool Matches(TaskInfo task) =>
        MatchesName(task.Name)
        && (State is null || task.State == State)
        && (Handler is null || task.Handler == Handler)
        && MatchesTags(task.Options.Tags)
        && (HandlerAvailable is null || task.HandlerAvailable == HandlerAvailable)
        && IsAfter(task.Name, task.NextDue);

    internal bool MatchesName(string name) =>
        (Prefix is null || name.StartsWith(Prefix, StringComparison.Ordinal)) && (Search is null || name.Contains(Search, StringComparison.OrdinalIgnoreCase));

    internal bool MatchesTags(IReadOnlyList<string>? tags) => Tag is null || tags?.Contains(Tag, StringComparer.OrdinalIgnoreCase) == true;

    internal bool IsAfter(string name, DateTimeOffset? due) => After is null || (Order == TaskOrder.Name
        ? string.CompareOrdinal(name, After) > 0
        : new TaskRank(due, name).CompareTo(new TaskRank(AfterDue, After)) > 0);
}
