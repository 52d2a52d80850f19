namespace OrleansTasks;

/// <summary>A task's name with the types of its argument and its value, to declare once in an assembly that both sides share.</summary>
/// <typeparam name="TArgument">The type of the one positional argument.</typeparam>
/// <typeparam name="TResult">The type of the value.</typeparam>
/// <param name="Name">The name.</param>
public readonly record struct TaskName<TArgument, TResult>(string Name)
{
    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;
}
