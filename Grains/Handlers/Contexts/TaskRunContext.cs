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

    /// <summary>Provides no services, for runs outside of silos.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
