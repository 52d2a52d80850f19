namespace OrleansTasks;

/// <summary>The verbs that take a <see cref="TaskName{TArgument, TResult}"/> in place of a string.</summary>
public static class TypedTaskExtensions
{
    /// <summary>Runs a task, waits, and gives its value. Errors as in <see cref="ITaskClient.RunAsync{TValue}"/>.</summary>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <typeparam name="TResult">The value's type.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="task">The task.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="options">How the run is to be treated; null for the defaults.</param>
    /// <param name="ct">Cancels the run.</param>
    /// <returns>The value.</returns>
    public static Task<TResult> RunAsync<TArgument, TResult>(
        this ITaskClient client, TaskName<TArgument, TResult> task, TArgument argument, RunOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.RunAsync<TResult>(task.Name, TaskArguments.Of(argument), options, ct);
    }

    /// <summary>Stores a run to be made now or later. Errors as in <see cref="ITaskClient.DispatchAsync"/>.</summary>
    /// <typeparam name="TArgument">The argument's type.</typeparam>
    /// <typeparam name="TResult">The value's type.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="task">The task.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="options">When it is due, and how it is to be treated.</param>
    /// <param name="ct">Gives up waiting for the acceptance.</param>
    /// <returns>The run's id.</returns>
    public static Task<RunId> DispatchAsync<TArgument, TResult>(
        this ITaskClient client, TaskName<TArgument, TResult> task, TArgument argument, DispatchOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.DispatchAsync(task.Name, TaskArguments.Of(argument), options, ct);
    }
}
