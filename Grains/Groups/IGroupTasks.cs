namespace OrleansTasks.Groups;

/// <summary>Defines the calls of a group to its tasks.</summary>
internal interface IGroupTasks
{
    /// <summary>Returns which of the given runs of a task are in progress with a place in its group, or ask for one.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="runs">The runs.</param>
    Task<IReadOnlyList<Guid>> UnderWayAsync(string task, IReadOnlyList<Guid> runs);
}
