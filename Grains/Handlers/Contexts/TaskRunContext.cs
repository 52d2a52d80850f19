using OrleansTasks.Handlers.Contexts;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>The run that a handler is in: who it is, and what it can say or do about itself.</summary>
public sealed class TaskRunContext
{
    private readonly IRunControl _control;

    internal TaskRunContext(IRunControl control, CancellationToken stop)
    {
        _control = control;
        CancellationToken = stop;
    }

    /// <summary>The run's id, the same in all its attempts.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The task's name.</summary>
    public string Task => RunId.Task;

    /// <summary>The number of this attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why the run exists.</summary>
    public required RunTrigger Trigger { get; init; }

    /// <summary>The instant at which the run was due: of an occurrence, the exact instant that the schedule names.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    /// <summary>The arguments, as they were given.</summary>
    public required TaskArguments Arguments { get; init; }

    /// <summary>What goes with the run besides its arguments: what it was given, over what it inherited, over its task's own. Empty if that is nothing. Names are the same in whatever case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = TaskHeaders.None;

    /// <summary>Who asked for the run (see <see cref="TaskActor"/>); null if that is not known, or if its schedule did.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>The run that it follows (<see cref="Continuation"/>); null if it follows none.</summary>
    public RunId? Parent { get; init; }

    /// <summary>The batch that it belongs to; null if it belongs to none.</summary>
    public BatchMember? Batch { get; init; }

    /// <summary>Its priority.</summary>
    public RunPriority Priority { get; init; }

    /// <summary>When this attempt is asked to stop because its time is over, its own or that of the run as a whole; null if there is no such instant.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// How many further attempts the <see cref="RetryPolicy"/> allows if this one fails; whether one is made, its other settings and what is thrown decide. Null if that is not known: a silo of an
    /// earlier version ordered the attempt.
    /// </summary>
    public int? AttemptsLeft { get; init; }

    /// <summary>The services of the run's own scope.</summary>
    public IServiceProvider Services { get; init; } = NoServices.Instance;

    /// <summary>Cancelled when the run is to stop: by request, by its timeout, or because the silo stops.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>What the disposal of the handler threw; null if nothing. It is told beside the outcome, which it does not change.</summary>
    internal Exception? DisposalFault { get; set; }

    /// <summary>Says how far the run has come. Cheap to call often: only the latest report within 200 ms is sent on.</summary>
    /// <param name="fraction">The part done, 0 to 1; null if it cannot be told.</param>
    /// <param name="message">A message for people; null for none. At most 1,000 characters are kept.</param>
    /// <param name="data">Any further value, sent as JSON; null for none. At most 16 KiB of JSON.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="PayloadTooLargeException">The data is too large.</exception>
    public void ReportProgress(double? fraction, string? message = null, object? data = null)
    {
        if (fraction is not (null or (>= 0 and <= 1)))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A fraction is between 0 and 1.");
        }

        _control.Report(fraction, message, data);
    }

    /// <summary>Cancels this task: no further run of it starts, and its other runs are asked to stop. This run may go on to its end.</summary>
    /// <returns>True if the task was not cancelled already.</returns>
    public Task<bool> CancelTaskAsync() => _control.CancelTaskAsync();

    /// <summary>Sends a message to all connected client web servers. Errors as in <see cref="ITaskClient.BroadcastAsync"/>.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="message">The message; it travels as JSON.</param>
    /// <returns>When the message is on its way.</returns>
    public Task BroadcastAsync<T>(T message) => _control.BroadcastAsync(message, CancellationToken);

    /// <summary>A scope without services, for runs outside of silos.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
