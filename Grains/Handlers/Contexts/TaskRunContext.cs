using OrleansTasks.Handlers.Contexts;

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
}
