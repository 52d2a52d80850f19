using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Running;

namespace OrleansTasks.Tasks;

/// <summary>
/// Tells partitions that task grains of this silo have left, and repeats it until they know: a partition does not wake a task that it
/// considers attached.
/// </summary>
internal sealed partial class Departures(Background background, [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<Departures> log) : IDepartures
{
    // A call that is sent to a silo at the moment when it is found dead may never be answered. Telling the partition twice does no harm.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private const int MaxRuns = 1000;
    private volatile bool _closed;

    /// <summary>Stops telling: the silo is gone, and the partitions know that or will find out.</summary>
    public void Close() => _closed = true;

    public Task LeaveAsync(IPartition partition, string task, Departure departure, Task? after) => background.RunAsync(async () =>
    {
        await (after ?? Task.CompletedTask).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        // A task may leave any number of runs with arguments of any size. They are sent in parts; the last part goes with the departure
        // itself.
        var parts = AnswerPage.Divide(departure.Runs, StoredRun.SizeOf, MaxRuns).ToList();
        foreach (var part in parts.SkipLast(1))
        {
            await RepeatAsync(() => partition.LeaveRunsAsync(task, departure.Activation, part, departure.Term), task);
        }

        await RepeatAsync(() => partition.DetachAsync(task, departure with { Runs = parts.Count == 0 ? [] : parts[^1] }), task);
    });

    private async Task RepeatAsync(Func<Task> tell, string task)
    {
        while (!await TryTellAsync(tell, task) && !_closed)
        {
            await Task.Delay(Pause, pauses);
        }
    }

    private async Task<bool> TryTellAsync(Func<Task> tell, string task)
    {
        try
        {
            await tell().WaitAsync(Patience, pauses);
            return true;
        }
        catch (StaleTaskException)
        {
            // Either another activation is attached, or a partition that was loaded again finds out by itself.
            return true;
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            LogRefused(log, task, e.ToString());
            return true;
        }
        catch (Exception e)
        {
            LogNotTold(log, ClusterCalls.IsTransient(e) ? LogLevel.Debug : LogLevel.Warning, task, e.Message);
            return false;
        }
    }

    [LoggerMessage(313, LogLevel.Error,
        "The partition of {Task} rejected what the task's grain handed over on leaving; it is not sent again: {Reason}")]
    private static partial void LogRefused(ILogger logger, string task, string reason);

    [LoggerMessage(EventId = 312, Message = "Telling the partition of {Task} that the task's grain has left failed; retrying. {Reason}")]
    private static partial void LogNotTold(ILogger logger, LogLevel level, string task, string reason);
}
