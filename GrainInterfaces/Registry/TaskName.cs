namespace OrleansTasks;

/// <summary>
/// Represents a task's name with the types of its argument and its value. Declare it once in an assembly that both sides share.
/// </summary>
/// <typeparam name="TArgument">The type of the one positional argument.</typeparam>
/// <typeparam name="TResult">The type of the value.</typeparam>
/// <param name="Name">The name.</param>
public readonly record struct TaskName<TArgument, TResult>(string Name)
{
    /// <summary>Returns the task's name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
