using OrleansTasks.Registry;

namespace OrleansTasks;

/// <summary>Selects the tasks to list, and their order.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskQuery")]
public sealed record TaskQuery
{
    /// <summary>Gets the beginning of the names. Null selects all.</summary>
    [Id(0)]
    public string? Prefix { get; init; }

    /// <summary>Gets the state of the tasks. Null selects all.</summary>
    [Id(1)]
    public TaskState? State { get; init; }

    /// <summary>Gets the handler of the tasks. Null selects all.</summary>
    [Id(2)]
    public string? Handler { get; init; }

    /// <summary>Gets the maximum number of tasks. Null sets no limit.</summary>
    [Id(3)]
    public int? Limit { get; init; }

    /// <summary>
    /// Gets the name of the task after which the list starts: by ordinal, or in the order of <see cref="TaskOrder.NextDue"/> together with
    /// <see cref="AfterDue"/>. Null starts at the beginning.
    /// </summary>
    [Id(4)]
    public string? After { get; init; }

    /// <summary>Gets a text that the names contain, in any case. Null selects all.</summary>
    [Id(5)]
    public string? Search { get; init; }

    /// <summary>Gets a tag of the tasks, in any case. Null selects all.</summary>
    [Id(6)]
    public string? Tag { get; init; }

    /// <summary>Gets the order. Default: <see cref="TaskOrder.Name"/>.</summary>
    [Id(7)]
    public TaskOrder Order { get; init; }

    /// <summary>
    /// Gets the next occurrence of the task that <see cref="After"/> names, in the order of <see cref="TaskOrder.NextDue"/>. Null if it has
    /// none.
    /// </summary>
    [Id(8)]
    public DateTimeOffset? AfterDue { get; init; }

    /// <summary>
    /// Gets a value indicating whether to select tasks whose handler some silo has, or tasks whose handler none has. Null selects all.
    /// </summary>
    [Id(9)]
    public bool? HandlerAvailable { get; init; }

    /// <summary>Returns the query for the tasks after a given one.</summary>
    /// <param name="last">The last task of the previous page.</param>
    /// <returns>The query for the next page.</returns>
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
        (Prefix is null || name.StartsWith(Prefix, StringComparison.Ordinal))
            && (Search is null || name.Contains(Search, StringComparison.OrdinalIgnoreCase));

    internal bool MatchesTags(IReadOnlyList<string>? tags) => Tag is null || tags?.Contains(Tag, StringComparer.OrdinalIgnoreCase) == true;

    internal bool IsAfter(string name, DateTimeOffset? due) => After is null || (Order == TaskOrder.Name
        ? string.CompareOrdinal(name, After) > 0
        : new TaskRank(due, name).CompareTo(new TaskRank(AfterDue, After)) > 0);
}
