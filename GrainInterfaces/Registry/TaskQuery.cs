namespace OrleansTasks;

/// <summary>Which tasks to list, in order of their names.</summary>
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

    /// <summary>Only names after this one, by ordinal. Null: from the first.</summary>
    [Id(4)]
    public string? After { get; init; }

    internal bool Matches(TaskInfo task) =>
        (Prefix is null || task.Name.StartsWith(Prefix, StringComparison.Ordinal))
        && (State is null || task.State == State)
        && (Handler is null || task.Handler == Handler)
        && (After is null || string.CompareOrdinal(task.Name, After) > 0);
}
