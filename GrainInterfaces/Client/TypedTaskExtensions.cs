namespace OrleansTasks;

/// <summary>Provides the operations that take a <see cref="TaskName{TArgument, TResult}"/> instead of a string.</summary>
public static class TypedTaskExtensions
{
    /// <summary>
    /// Runs a task, waits for it and returns its value. Exceptions are those of <see cref="ITaskClient.RunAsync{TValue}"/>.
    /// </summary>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <typeparam name="TResult">The value's type.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="task">The task.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <param name="ct">A token that cancels the run, also on the silo.</param>
    /// <returns>The value.</returns>
    public static Task<TResult> RunAsync<TArgument, TResult>(
        this ITaskClient client, TaskName<TArgument, TResult> task, TArgument argument, RunOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RunAsync<TResult>(task.Name, TaskArguments.Of(argument), options, ct);
    }

    /// <summary>Stores a run that starts now or later. Exceptions are those of <see cref="ITaskClient.DispatchAsync"/>.</summary>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <typeparam name="TResult">The value's type.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="task">The task.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="options">The due time and other options of the run. Null makes it due now, with the defaults.</param>
    /// <param name="ct">A token that cancels the wait. The run may still be accepted.</param>
    /// <returns>The run's id.</returns>
    public static Task<RunId> DispatchAsync<TArgument, TResult>(
        this ITaskClient client, TaskName<TArgument, TResult> task, TArgument argument, DispatchOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.DispatchAsync(task.Name, TaskArguments.Of(argument), options, ct);
    }
}
