using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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
        this ITaskClient client, TaskName<TArgument, TResult> task, TArgument argument, RunOptions? options = null,
        CancellationToken ct = default)
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
        this ITaskClient client, TaskName<TArgument, TResult> task, TArgument argument, DispatchOptions? options = null,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.DispatchAsync(task.Name, TaskArguments.Of(argument), options, ct);
    }

    /// <summary>
    /// Runs a task, waits for it and returns its value, which is read without reflection. Exceptions are those of
    /// <see cref="ITaskClient.RunAsync{TValue}"/>.
    /// </summary>
    /// <typeparam name="TValue">The value's type.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="value">
    /// The JSON contract of the value's type, from a source-generated context (see <see cref="TaskJson.CreateOptions"/>).
    /// </param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <param name="ct">A token that cancels the run, also on the silo.</param>
    /// <returns>The value.</returns>
    public static async Task<TValue> RunAsync<TValue>(
        this ITaskClient client,
        string task,
        TaskArguments? arguments,
        JsonTypeInfo<TValue> value,
        RunOptions? options = null,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(value);
        return (await client.RunAsync(task, arguments, options, ct).ConfigureAwait(false)).GetValue(value)!;
    }

    /// <summary>
    /// Sends a message to all connected clients, which is written without reflection. Exceptions are those of
    /// <see cref="ITaskClient.BroadcastAsync{T}"/>.
    /// </summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="message">The message.</param>
    /// <param name="type">
    /// The JSON contract of the type, from a source-generated context (see <see cref="TaskJson.CreateOptions"/>).
    /// </param>
    /// <param name="ct">A token that cancels the wait. The message may still be sent.</param>
    /// <returns>A task that ends when the message is sent.</returns>
    public static Task BroadcastAsync<T>(this ITaskClient client, T message, JsonTypeInfo<T> type, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.BroadcastAsync(JsonSerializer.SerializeToElement(message, type), ct);
    }
}
