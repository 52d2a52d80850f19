namespace OrleansTasks;

/// <summary>
/// Specifies the group of a task with <see cref="TaskAttribute"/>: <see cref="TaskOptions.Group"/>. <c>TasksBuilder.Group</c> sets the
/// group's limits.
/// </summary>
/// <param name="name">The group's name.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class GroupAttribute(string name) : Attribute
{
    /// <summary>Gets the group's name.</summary>
    public string Name { get; } = name;
}
