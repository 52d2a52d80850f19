using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Placement;
using OrleansTasks.Running;
using OrleansTasks.Supervision;

namespace OrleansTasks.Silos;

/// <summary>
/// Moves partitions of this silo to silos that have joined, once no silo has joined or left for a while, because a deployment already moves
/// them often enough. One partition moves at a time, in an orderly way. Its tasks continue, and occurrences that are due meanwhile fire
/// when it is open again, a moment later.
/// </summary>
internal sealed partial class PartitionBalancer(
    IClusterView cluster,
    LocalGrains locals,
    ISiloServiceClient silos,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<PartitionBalancer> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MovePatience = TimeSpan.FromSeconds(10);
    private readonly Wakeup _changed = new(time);
    private readonly Lock _noting = new();
    private ImmutableHashSet<SiloAddress> _takers = [];

    /// <summary>Checks after each change of the cluster, until the silo stops.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var delay = options.Value.BalancePartitionsAfter;
        if (delay == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        using var listening = cluster.Listen(NoteChange);

        // Silos may have joined while this one was starting.
        _changed.Ring();
        while (true)
        {
            await _changed.WaitAsync(Timeout.InfiniteTimeSpan, ct);
            while (await _changed.WaitAsync(delay, ct))
            {
                // Another silo has joined or left.
            }

            await BalanceAsync(ct);
        }
    }

    /// <summary>
    /// Compares the members of the list of silos, because the list also changes each time a silo reports that it is alive.
    /// </summary>
    private void NoteChange()
    {
        lock (_noting)
        {
            var takers = cluster.Alive.Except(cluster.Drained);
            if (!takers.SetEquals(_takers))
            {
                _takers = takers;
                _changed.Ring();
            }
        }
    }

    /// <summary>Moves partitions until they are spread as evenly as possible, or the cluster changes.</summary>
    private async Task BalanceAsync(CancellationToken ct)
    {
        for (var pause = Pause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            // Partitions that are being opened are not counted anywhere. Each is open before the next one moves.
            var partitions = await CountAsync();
            if (partitions?.Values.Sum() == options.Value.Partitions)
            {
                if (PartitionBalance.IsEven(partitions))
                {
                    return;
                }

                if (PartitionBalance.TargetOf(cluster.Local, partitions) is { } target)
                {
                    await MoveOneAsync(target, ct);
                    pause = Pause;
                }
            }

            // Otherwise another silo has to give one away first, and then perhaps this one.
            if (await _changed.WaitAsync(pause, ct))
            {
                _changed.Ring();
                return;
            }
        }
    }

    private async Task MoveOneAsync(SiloAddress target, CancellationToken ct)
    {
        if (locals.Partitions.Where(static p => !p.Partition.IsLost).Select(static p => (long?)p.Number).Max() is not { } partition)
        {
            return;
        }

        try
        {
            await locals.MovePartitionAsync(partition, target, ct).WaitAsync(MovePatience, time, ct);
            LogMoved(log, partition, target);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotMoved(log, partition, target, e.Message);
        }
    }

    /// <summary>Returns the number of partitions on each silo that takes any, or null if one of these silos does not answer.</summary>
    private async Task<IReadOnlyDictionary<SiloAddress, int>?> CountAsync()
    {
        try
        {
            var takers = cluster.Alive.Except(cluster.Drained);
            var counts =
                await Task.WhenAll(
                    takers.Select(
                        async silo => (Silo: silo, (await silos.On(silo).DescribeAsync().WaitAsync(AnswerPatience, time)).Partitions)));
            return counts.ToDictionary(static c => c.Silo, static c => c.Partitions);
        }
        catch (Exception e)
        {
            // The silo is leaving, or has no tasks. Partitions stay as long as there are such silos.
            LogNotCounted(log, e.Message);
            return null;
        }
    }

    [LoggerMessage(546, LogLevel.Information, "Partition {Partition} has moved to silo {Silo}, which had fewer.")]
    private static partial void LogMoved(ILogger logger, long partition, SiloAddress silo);

    [LoggerMessage(547, LogLevel.Warning,
        "Moving partition {Partition} to silo {Silo} did not finish in time; retrying while this silo has the most. {Reason}")]
    private static partial void LogNotMoved(ILogger logger, long partition, SiloAddress silo, string reason);

    [LoggerMessage(548, LogLevel.Debug, "Partitions do not move, because some silos did not report how many they have. {Reason}")]
    private static partial void LogNotCounted(ILogger logger, string reason);
}
