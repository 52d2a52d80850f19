using Microsoft.Extensions.Logging;
using OrleansTasks.Running;

namespace OrleansTasks.Storage;

/// <summary>Records whether a partition's log has ended, and why. The first reason is the valid one.</summary>
/// <param name="partition">The partition's name.</param>
/// <param name="log">Receives the reason.</param>
internal sealed class LogEnd(string partition, ILogger log)
{
    private readonly TaskCompletionSource<Exception> _told = Completions.New<Exception>();

    /// <summary>Gets the reason why nothing can be committed any more, or null while commits are possible.</summary>
    public Exception? Reason { get; private set; }

    /// <summary>Gets a task that ends with the reason when the owner of the log is told.</summary>
    public Task<Exception> Told => _told.Task;

    /// <summary>Throws the reason, if there is one.</summary>
    public void ThrowIfEnded()
    {
        if (Reason is not null)
        {
            throw Reason;
        }
    }

    /// <summary>Logs an error after which the log cannot continue, unless it has ended before.</summary>
    public void Log(Exception error)
    {
        if (Reason is null)
        {
            // The failure of storage was logged before.
            log.Stops(error is PartitionStorageException { IsPermanent: false } ? LogLevel.Debug : LogLevel.Warning, partition, error);
        }
    }

    /// <summary>Ends the log.</summary>
    /// <returns>The reason that is valid: the first one.</returns>
    public Exception Take(Exception reason) => Reason ??= reason;

    /// <summary>Tells the owner of the log.</summary>
    public void Tell() => _told.TrySetResult(Reason!);
}
