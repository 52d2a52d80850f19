using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <summary>Tells partitions that task grains of this silo have left, until they know: a partition wakes no task that it takes for attached.</summary>
internal sealed partial class Departures([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses, ILogger<Departures> log)
{
    // A call that is sent to a silo the moment it is found dead may never be answered. Telling the partition twice does no harm.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private volatile bool _closed;

    /// <summary>Gives up: the silo is gone, and the partitions know that or will.</summary>
    public void Close() => _closed = true;

    /// <param name="partition">The partition.</param>
    /// <param name="task">The task.</param>
    /// <param name="departure">What is left to the partition.</param>
    /// <param name="after">A call to the partition that may have attached the activation once more, and must be over.</param>
    public Task LeaveAsync(IPartition partition, string task, Departure departure, Task? after) => Task.Run(async () =>
    {
        await (after ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!await TryLeaveAsync(partition, task, departure) && !_closed)
        {
            await Task.Delay(Pause, pauses);
        }
    });

    private async Task<bool> TryLeaveAsync(IPartition partition, string task, Departure departure)
    {
        try
        {
            await partition.DetachAsync(task, departure).WaitAsync(Patience, pauses);
            return true;
        }
        catch (StaleTaskException)
        {
            // Another activation is attached, or a partition that was loaded anew finds out.
            return true;
        }
        catch (Exception e)
        {
            LogNotTold(log, ClusterCalls.IsTransient(e) ? LogLevel.Debug : LogLevel.Warning, task, e.Message);
            return false;
        }
    }

    [LoggerMessage(EventId = 312, Message = "The partition of {Task} could not be told yet that its grain has left: {Reason}")]
    private static partial void LogNotTold(ILogger logger, LogLevel level, string task, string reason);
}
