namespace OrleansTasks.Testing;

/// <summary>What came of a run that <see cref="TaskRunBuilder.RunAsync"/> made.</summary>
public sealed class TaskRunReport
{
    internal TaskRunReport()
    {
    }

    /// <summary>Gets the result, as a client would get it.</summary>
    public required TaskResult Result { get; init; }

    /// <summary>Gets what each attempt came to, in order; the last one is the end of the run.</summary>
    public required IReadOnlyList<TaskAttempt> Attempts { get; init; }

    /// <summary>Gets all that the handler reported of its progress, in all attempts. A cluster sends only the latest report within 200 ms on.</summary>
    public required IReadOnlyList<RunProgress> Progress { get; init; }

    /// <summary>Gets the lines that were logged in all attempts, from the level Information on.</summary>
    public IReadOnlyList<RunLogLine> Log => [.. Attempts.SelectMany(static a => a.Log)];

    /// <summary>Gets the messages that the handler broadcast, by its context or by its <see cref="ITaskClient"/>.</summary>
    public required IReadOnlyList<BroadcastMessage> Broadcasts { get; init; }

    /// <summary>Gets the names of the tasks that the handler cancelled: its own by its context, others by its <see cref="ITaskClient"/>.</summary>
    public required IReadOnlyList<string> CancelledTasks { get; init; }

    /// <summary>Gets the runs that the handler dispatched by its <see cref="ITaskClient"/>, where that is a <see cref="FakeTaskClient"/>.</summary>
    public required IReadOnlyList<FakeDispatch> Dispatched { get; init; }

    /// <summary>Gets the tasks that the handler registered by its <see cref="ITaskClient"/>, where that is a <see cref="FakeTaskClient"/>.</summary>
    public required IReadOnlyList<TaskRegistration> Scheduled { get; init; }

    /// <summary>Gets whether the run succeeded.</summary>
    public bool Successful => Result.Successful;

    /// <summary>Gets what the run came to.</summary>
    public RunStatus Status => Result.Status;

    /// <summary>Gets the error's message; null if the run succeeded.</summary>
    public string? Error => Result.Error;

    /// <summary>Gets what the handler threw in the last attempt, itself and not as JSON has it; null if it returned.</summary>
    public Exception? Exception { get; init; }

    /// <summary>Returns the value; see <see cref="TaskResult.GetValue{T}"/>.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <returns>The value.</returns>
    /// <exception cref="TaskFailedException">The run did not succeed.</exception>
    public T? GetValue<T>() => Result.GetValue<T>();
}

/// <summary>One attempt of a run.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Status">What it came to.</param>
/// <param name="Error">The error's message; null if it succeeded.</param>
/// <param name="StartedAt">When it began, by the run's clock; null if the handler was not called.</param>
/// <param name="FinishedAt">When it ended, by the run's clock.</param>
/// <param name="NextAt">When the next attempt is due; null if it was the last one.</param>
/// <param name="Log">What it logged.</param>
public sealed record TaskAttempt(int Number, RunStatus Status, string? Error, DateTimeOffset? StartedAt, DateTimeOffset FinishedAt, DateTimeOffset? NextAt, IReadOnlyList<RunLogLine> Log);
