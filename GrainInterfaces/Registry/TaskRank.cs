namespace OrleansTasks.Registry;

/// <summary>
/// Represents the position of a task in the order of <see cref="TaskOrder.NextDue"/>. In the order of <see cref="TaskOrder.Name"/> all have
/// the same instant.
/// </summary>
internal readonly record struct TaskRank(DateTimeOffset? Due, string Name) : IComparable<TaskRank>
{
    public static TaskRank Of(TaskInfo task, TaskOrder order) => new(order == TaskOrder.NextDue ? task.NextDue : null, task.Name);

    public int CompareTo(TaskRank other) =>
        (Due ?? DateTimeOffset.MaxValue).CompareTo(other.Due ?? DateTimeOffset.MaxValue) is not 0 and var due
            ? due
            : string.CompareOrdinal(Name, other.Name);
}
