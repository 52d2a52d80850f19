using OrleansTasks.Handlers.Contexts;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Represents the run in which a handler is called: its data, and operations on it.</summary>
public sealed class TaskRunContext
{
    private readonly IRunControl _control;

    internal TaskRunContext(IRunControl control, CancellationToken stop)
    {
        _control = control;
        CancellationToken = stop;
    }

    /// <summary>Gets the run's id, which is the same in all attempts.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Gets the task's name.</summary>
    public string Task => RunId.Task;

    /// <summary>Gets the number of this attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets what created the run.</summary>
    public required RunTrigger Trigger { get; init; }

    /// <summary>Gets the instant at which the run was due. For an occurrence, it is the exact instant in the schedule.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>Gets the arguments as they were given.</summary>
    public required TaskArguments Arguments { get; init; }

    /// <summary>
    /// Gets the run's headers: given ones override inherited ones, which override the task's own. Empty if there are none. The case of
    /// names does not matter.
    /// </summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = TaskHeaders.None;

    /// <summary>
    /// Gets the name of whoever requested the run (see <see cref="TaskActor"/>), or null if it is not known or the schedule created the
    /// run.
    /// </summary>
    public string? RequestedBy { get; init; }

    /// <summary>Gets the run that it follows (<see cref="Continuation"/>), or null if there is none.</summary>
    public RunId? Parent { get; init; }

    /// <summary>Gets the batch to which the run belongs, or null if there is none.</summary>
    public BatchMember? Batch { get; init; }

    /// <summary>Gets the run's priority.</summary>
    public RunPriority Priority { get; init; }

    /// <summary>
    /// Gets the instant at which this attempt is cancelled because its timeout or that of the whole run expires, or null if there is no
    /// timeout.
    /// </summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// Gets the number of further attempts that the <see cref="RetryPolicy"/> allows if this one fails. Its other settings and the
    /// exception decide whether one follows. Null if it is not known, because a silo of an earlier version ordered the attempt.
    /// </summary>
    public int? AttemptsLeft { get; init; }

    /// <summary>Gets the services of the run's scope.</summary>
    public IServiceProvider Services { get; init; } = NoServices.Instance;

    /// <summary>Gets the token that is cancelled when the run must stop: on request, at its timeout, or because the silo stops.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>
    /// Gets or sets the exception of the disposal of the handler, or null if there is none. It is reported beside the outcome, which it
    /// does not change.
    /// </summary>
    internal Exception? DisposalFault { get; set; }

    /// <summary>Reports the run's progress. It is cheap to call often: only the latest report within 200 ms is sent.</summary>
    /// <param name="fraction">The completed fraction, 0 to 1, or null if it is not known.</param>
    /// <param name="message">A message for people to read, or null for none. Text beyond 1,000 characters is cut off.</param>
    /// <param name="data">Any further value, sent as JSON, or null for none. Limit: 16 KiB of JSON.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="PayloadTooLargeException">The data exceeds its limit.</exception>
    public void ReportProgress(double? fraction, string? message = null, object? data = null)
    {
        if (fraction is not (null or (>= 0 and <= 1)))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction must be between 0 and 1.");
        }

        _control.Report(fraction, message, data);
    }

    /// <summary>
    /// Cancels this task: no further run starts, and the tokens of its other active runs are cancelled. This run may continue to its end.
    /// </summary>
    /// <returns>True if the task was not cancelled before.</returns>
    public Task<bool> CancelTaskAsync() => _control.CancelTaskAsync();

    /// <summary>Sends a message to all connected clients. Exceptions are those of <see cref="ITaskClient.BroadcastAsync"/>.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="message">The message. It is sent as JSON.</param>
    /// <returns>A task that completes when the message is sent.</returns>
    public Task BroadcastAsync<T>(T message) => _control.BroadcastAsync(message, CancellationToken);

    /// <summary>
    /// Gets a value indicating whether this attempt or an earlier one has saved a value with <see cref="SaveCheckpointAsync{T}(T)"/>.
    /// </summary>
    public bool HasCheckpoint => _control.Checkpoints.Latest.Value is not null;

    /// <summary>Returns the value that this attempt or an earlier one saved last with <see cref="SaveCheckpointAsync{T}(T)"/>.</summary>
    /// <typeparam name="T">The type to read the value as. Members that were not saved have their defaults.</typeparam>
    /// <returns>The value, or the type's default if none was saved.</returns>
    /// <exception cref="TaskValueMismatchException">The value cannot be read as the type.</exception>
    public T? Checkpoint<T>() =>
        _control.Checkpoints.Latest.Value is { } json ? TaskJson.ReadValue<T>(json, Task, "checkpoint") : default;

    /// <summary>
    /// Saves a value with which the next attempt begins if this one fails, is cut off by a deploy, or loses its silo. It replaces the value
    /// that was saved before. It is forgotten when the run ends.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">
    /// The value, stored as JSON. Limit, together with the results of steps: <see cref="TaskEngineLimits.MaxCheckpointSize"/>.
    /// </param>
    /// <returns>
    /// A task that completes when the value is stored. Saves of one run that follow each other within
    /// <see cref="TaskEngineLimits.MinCheckpointInterval"/> are stored together, so it may take that long.
    /// </returns>
    /// <exception cref="PayloadTooLargeException">The checkpoint exceeds its limit.</exception>
    /// <exception cref="CheckpointRefusedException">
    /// This attempt is not the present one any more, for example because its silo was declared dead.
    /// </exception>
    /// <exception cref="TaskStorageException">The checkpoint could not be stored for 30 seconds.</exception>
    public Task SaveCheckpointAsync<T>(T value)
    {
        var json = TaskJson.Write(value, typeof(T));
        return _control.Checkpoints.SaveAsync(c => c with { Value = json });
    }

    /// <summary>
    /// Returns the result of a step: the stored one if this attempt or an earlier one has completed the step, or else what a function
    /// returns, which is stored before this method returns. The function may be called again if the process ends before its result is
    /// stored. Exceptions of the function are not stored.
    /// </summary>
    /// <typeparam name="T">The result's type. The result is stored as JSON.</typeparam>
    /// <param name="name">The step's name, 1 to 200 characters. An attempt may use each name once.</param>
    /// <param name="step">Makes the step.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The attempt has used the name before.</exception>
    /// <exception cref="TaskValueMismatchException">The stored result cannot be read as the type.</exception>
    /// <exception cref="PayloadTooLargeException">
    /// The checkpoint exceeds its limit; see <see cref="SaveCheckpointAsync{T}(T)"/>.
    /// </exception>
    /// <exception cref="CheckpointRefusedException">See <see cref="SaveCheckpointAsync{T}(T)"/>.</exception>
    /// <exception cref="TaskStorageException">The result could not be stored for 30 seconds.</exception>
    public async Task<T?> StepAsync<T>(string name, Func<Task<T>> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var checkpoints = _control.Checkpoints;
        checkpoints.Claim("step", name);
        if (checkpoints.Latest.FindStep(name) is { } stored)
        {
            return TaskJson.ReadValue<T>(stored, Task, $"result of the step '{name}'");
        }

        var result = await step().ConfigureAwait(false);
        var json = TaskJson.Write(result, typeof(T));
        await checkpoints.SaveAsync(c => c.WithStep(name, json)).ConfigureAwait(false);
        return result;
    }

    /// <summary>
    /// Makes a step without a result, unless this attempt or an earlier one has completed it. See
    /// <see cref="StepAsync{T}(string, Func{Task{T}})"/>.
    /// </summary>
    /// <param name="name">The step's name, 1 to 200 characters. An attempt may use each name once.</param>
    /// <param name="step">Makes the step.</param>
    /// <returns>A task that completes when it is stored that the step is completed.</returns>
    public Task StepAsync(string name, Func<Task> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return StepAsync(name, async () =>
        {
            await step().ConfigureAwait(false);
            return true;
        });
    }

    /// <summary>
    /// Iterates over a list from the first item that no earlier attempt has completed. It saves how many items are done, reports the
    /// progress, and ends with <see cref="OperationCanceledException"/> between two items when the run must stop. An item is done when the
    /// next one is asked for.
    /// </summary>
    /// <typeparam name="T">The type of the items. They are not stored.</typeparam>
    /// <param name="list">The list. It must have the same items in the same order in all attempts.</param>
    /// <param name="every">
    /// The number of items after which the position is stored before the iteration goes on, from 1. Default: null, which stores it in the
    /// background, every <see cref="TaskEngineLimits.MinCheckpointInterval"/>. In both cases it is also stored at the end, and when the
    /// iteration is left.
    /// </param>
    /// <param name="name">The list's name, 1 to 200 characters. An attempt may use each name once. Default: "items".</param>
    /// <returns>The items that are not done.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is less than 1.</exception>
    /// <remarks>
    /// The iteration throws <see cref="InvalidOperationException"/> if the attempt has used the name before, or if the list has fewer items
    /// than are done. It also throws the exceptions of <see cref="SaveCheckpointAsync{T}(T)"/>.
    /// </remarks>
    public IAsyncEnumerable<T> Items<T>(IReadOnlyList<T> list, int? every = null, string name = "items")
    {
        ArgumentNullException.ThrowIfNull(list);
        return every < 1
            ? throw new ArgumentOutOfRangeException(nameof(every), every, $"'every' is {every}; 1 or more is allowed.")
            : CheckpointedItems.OfAsync(list, every, name, this, _control.Checkpoints);
    }

    /// <summary>Provides no services, for runs outside of silos.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
