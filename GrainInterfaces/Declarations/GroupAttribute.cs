namespace OrleansTasks;

/// <summary>Says which group a task with <see cref="TaskAttribute"/> belongs to: <see cref="TaskOptions.Group"/>. The group's limits are given by <c>TasksBuilder.Group</c>.</summary>
/// <param name="name">The group's name.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class GroupAttribute(string name) : Attribute
{
    /// <summary>Gets the group's name.</summary>
    public string Name { get; } = name;
}
