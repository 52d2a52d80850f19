using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Storage;
using OrleansTasks.Tasks;

namespace OrleansTasks.Supervision;

/// <summary>
/// Runs once, on a silo that has just started, what the silo must do quickly when it takes over tasks from a lost silo: it opens a
/// partition in memory, and connects to storage. Code takes many times as long when it first runs, and a silo that joins others opens no
/// partition of its own.
/// </summary>
internal sealed partial class WarmUp(
    [FromKeyedServices(TaskStorage.Name)] IGrainStorageSerializer serializer,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    HistoryStore histories,
    ILogger<WarmUp> log)
{
    private const int Connections = 12;
    private const string Name = "warm-up";

    public async Task RunAsync()
    {
        var since = time.GetTimestamp();
        try
        {
            await Task.Factory.StartNew(OpenAsync, CancellationToken.None, TaskCreationOptions.None,
                new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(n => histories.ReadPageAsync(Name, n)));
            LogWarm(log, time.GetElapsedTime(since));
        }
        catch (Exception e)
        {
            // Storage may not answer. Other parts report that.
            LogNotWarm(log, e.Message);
        }
    }

    /// <summary>Opens a partition. It runs as the turns of one grain, which a log requires.</summary>
    private async Task OpenAsync()
    {
        var scratch = new ScratchStorage(serializer);
        var options = new PartitionLogOptions();
        for (var opening = 0; opening < 2; opening++)
        {
            var state = new PartitionState();
            var partition = await PartitionLog.OpenAsync(scratch, Name, state.Items, options, time, NullLogger.Instance);
            state.Items.Load(partition.TakeItems());
            Fill(state);
            for (var n = 0; n <= options.FoldAfterSegments; n++)
            {
                await partition.CommitAsync(state.TakeChanges());
                state.SetPosition(Name, new TaskPosition(n + 1, time.GetUtcNow()));
            }

            await partition.CloseAsync();
        }
    }

    private void Fill(PartitionState state)
    {
        var now = time.GetUtcNow();
        var run = new RunId(Name, Guid.NewGuid());
        state.SetHeader(new PartitionHeader { Id = Guid.NewGuid(), Partitions = 1, Silos = [Name] });
        var slot = state.SetTask(new TaskEntry
        {
            Name = Name,
            Handler = Name,
            Schedule = TaskSchedule.Every(TimeSpan.FromMinutes(1)),
            Anchor = now,
            Arguments = TaskArguments.None,
            Options = new TaskOptions { Timeout = TimeSpan.FromMinutes(1) },
            CreatedAt = now,
            UpdatedAt = now,
        });
        slot.Entry?.NextAfter(state.OwedAfter(slot));
        state.Runs.Set(new StoredRun
        {
            RunId = run,
            DueAt = now,
            Arguments = TaskArguments.None,
            Result = new TaskResult { RunId = run, Status = RunStatus.Succeeded, ScheduledAt = now, FinishedAt = now },
        });
        state.SetKey(Name, Name, new IdempotencyEntry(run.Value, now));
    }

    [LoggerMessage(521, LogLevel.Debug, "Ready to take over tasks, after {Time}.")]
    private static partial void LogWarm(ILogger logger, TimeSpan time);

    [LoggerMessage(522, LogLevel.Debug, "Preparing to take over tasks quickly failed: {Reason}")]
    private static partial void LogNotWarm(ILogger logger, string reason);
}
