namespace OrleansTasks.Groups;

/// <summary>The tasks of a group, as the group asks for their runs.</summary>
internal interface IGroupTasks
{
    /// <summary>Which of some runs of a task are under way with a place in its group, or ask for one.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="runs">The runs.</param>
    Task<IReadOnlyList<Guid>> UnderWayAsync(string task, IReadOnlyList<Guid> runs);
}
