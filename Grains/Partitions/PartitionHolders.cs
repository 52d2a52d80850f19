using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Running;

namespace OrleansTasks.Partitions;

/// <summary>
/// Prevents this silo from taking partitions from other silos that are alive and have them. A silo that was cut off, and does not know yet
/// that it was declared dead, would take each partition back from its successor again and again. Storage would allow it, but nobody would
/// fire meanwhile.
/// </summary>
internal sealed partial class PartitionHolders(
    IRunnerClient runners, IClusterView cluster, [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<PartitionHolders> log) : IPartitionHolders
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    // When silos join or leave, a partition may have two activations for a moment, and Orleans' directory removes one of them. If it has
    // not done so within this time, calls no longer find the activation that has the partition.
    private static readonly TimeSpan DirectoryPatience = TimeSpan.FromSeconds(1);

    // Longer than it takes to declare a silo dead.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<int, Wait> _waits = new();

    public async Task<bool> MayTakeAsync(int partition, SiloAddress holder)
    {
        var now = time.GetTimestamp();
        var wait = _waits.AddOrUpdate(
            partition,
            _ => new Wait(holder, now, now),
            (_, known) =>
                known.Holder.Equals(holder) && time.GetElapsedTime(known.Last, now) < Patience
                    ? known with { Last = now }
                    : new Wait(holder, now, now));
        while (cluster.IsActive(holder) && time.GetElapsedTime(wait.Since) < Patience)
        {
            if (await HasAsync(partition, holder) is { } has)
            {
                if (has && (time.GetElapsedTime(wait.Since) < DirectoryPatience || !await IsReleasedAsync(partition, holder)))
                {
                    return false;
                }

                break;
            }

            await Task.Delay(RetryPause, time);
        }

        _waits.TryRemove(partition, out _);
        return true;
    }

    private async Task<bool?> HasAsync(int partition, SiloAddress holder)
    {
        try
        {
            return await runners.On(holder).HasPartitionAsync(partition).WaitAsync(AnswerPatience, time);
        }
        catch (Exception e)
        {
            LogNotAsked(log, holder, partition, e.Message);
            return null;
        }
    }

    private async Task<bool> IsReleasedAsync(int partition, SiloAddress holder)
    {
        try
        {
            return await runners.On(holder).ReleasePartitionAsync(partition, cluster.Local).WaitAsync(ReleasePatience, time);
        }
        catch (Exception e)
        {
            // A silo of an earlier version does not know the question.
            LogNotAsked(log, holder, partition, e.Message);
            return false;
        }
    }

    /// <summary>Records how long this silo has wanted a partition from another one without giving up in between.</summary>
    private sealed record Wait(SiloAddress Holder, long Since, long Last);

    [LoggerMessage(241, LogLevel.Debug, "Asking {Silo} whether it owns partition {Partition} failed: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, SiloAddress silo, int partition, string reason);
}
