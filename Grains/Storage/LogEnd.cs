using Microsoft.Extensions.Logging;
using OrleansTasks.Running;

namespace OrleansTasks.Storage;

/// <summary>Whether a partition's log has ended, and why: the first reason counts.</summary>
/// <param name="partition">The partition's name.</param>
/// <param name="log">Told why.</param>
internal sealed class LogEnd(string partition, ILogger log)
{
    private readonly TaskCompletionSource<Exception> _told = Completions.New<Exception>();

    /// <summary>Why nothing can be committed any more; null while it can.</summary>
    public Exception? Reason { get; private set; }

    /// <summary>Ends, with the reason, when whoever has the log is told.</summary>
    public Task<Exception> Told => _told.Task;

    /// <summary>Throws the reason, if there is one.</summary>
    public void ThrowIfEnded()
    {
        if (Reason is not null)
        {
            throw Reason;
        }
    }

    /// <summary>Logs an error after which the log cannot go on, unless it has ended before.</summary>
    public void Log(Exception error)
    {
        if (Reason is null)
        {
            // That storage fails was said before.
            log.Stops(error is PartitionStorageException { IsPermanent: false } ? LogLevel.Debug : LogLevel.Warning, partition, error);
        }
    }

    /// <summary>Ends the log.</summary>
    /// <returns>The reason that counts.</returns>
    public Exception Take(Exception reason) => Reason ??= reason;

    /// <summary>Tells whoever has the log.</summary>
    public void Tell() => _told.TrySetResult(Reason!);
}
