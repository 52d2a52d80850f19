namespace OrleansTasks.Testing;

/// <summary>Represents the report of a run that <see cref="TaskRunBuilder.RunAsync"/> started.</summary>
public sealed class TaskRunReport
{
    internal TaskRunReport()
    {
    }

    /// <summary>Gets the result, as a client would receive it.</summary>
    public required TaskResult Result { get; init; }

    /// <summary>Gets the attempts, in order. The last one ended the run.</summary>
    public required IReadOnlyList<TaskAttempt> Attempts { get; init; }

    /// <summary>
    /// Gets all progress that the handler reported, in all attempts. A cluster sends only the latest report within 200 ms.
    /// </summary>
    public required IReadOnlyList<RunProgress> Progress { get; init; }

    /// <summary>Gets what the handler has saved for a next attempt, in all attempts.</summary>
    public required SavedCheckpoints Saved { get; init; }

    /// <summary>Gets the log lines of all attempts, at level Information and above.</summary>
    public IReadOnlyList<RunLogLine> Log => [.. Attempts.SelectMany(static a => a.Log)];

    /// <summary>Gets the messages that the handler broadcast, with its context or its <see cref="ITaskClient"/>.</summary>
    public required IReadOnlyList<BroadcastMessage> Broadcasts { get; init; }

    /// <summary>
    /// Gets the names of the tasks that the handler cancelled: its own with its context, others with its <see cref="ITaskClient"/>.
    /// </summary>
    public required IReadOnlyList<string> CancelledTasks { get; init; }

    /// <summary>
    /// Gets the runs that the handler dispatched with its <see cref="ITaskClient"/>, if that is a <see cref="FakeTaskClient"/>.
    /// </summary>
    public required IReadOnlyList<FakeDispatch> Dispatched { get; init; }

    /// <summary>
    /// Gets the tasks that the handler registered with its <see cref="ITaskClient"/>, if that is a <see cref="FakeTaskClient"/>.
    /// </summary>
    public required IReadOnlyList<TaskRegistration> Scheduled { get; init; }

    /// <summary>Gets a value indicating whether the run succeeded.</summary>
    public bool Successful => Result.Successful;

    /// <summary>Gets the status of the run.</summary>
    public RunStatus Status => Result.Status;

    /// <summary>Gets the error message, or null if the run succeeded.</summary>
    public string? Error => Result.Error;

    /// <summary>Gets the exception that the handler threw in the last attempt, as the original object, or null if it returned.</summary>
    public Exception? Exception { get; init; }

    /// <summary>Returns the value. See <see cref="TaskResult.GetValue{T}()"/>.</summary>
    /// <typeparam name="T">The type to read the value as.</typeparam>
    /// <returns>The value.</returns>
    /// <exception cref="TaskFailedException">The run did not succeed.</exception>
    public T? GetValue<T>() => Result.GetValue<T>();
}

/// <summary>Represents one attempt of a run.</summary>
/// <param name="Number">The number of the attempt, from 1.</param>
/// <param name="Status">The status at the end of the attempt.</param>
/// <param name="Error">The error message, or null if the attempt succeeded.</param>
/// <param name="StartedAt">The start of the attempt by the run's clock, or null if the handler was not called.</param>
/// <param name="FinishedAt">The end of the attempt by the run's clock.</param>
/// <param name="NextAt">The due time of the next attempt, or null if this was the last one.</param>
/// <param name="Log">The log lines of the attempt.</param>
public sealed record TaskAttempt(int Number, RunStatus Status, string? Error, DateTimeOffset? StartedAt, DateTimeOffset FinishedAt,
    DateTimeOffset? NextAt, IReadOnlyList<RunLogLine> Log);
