using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Running;
using OrleansTasks.Supervision;

namespace OrleansTasks.Silos;

/// <summary>
/// Drains this silo and resumes it, while it remains part of the cluster. The silo itself knows whether it is drained, and tells every
/// other one, including those that join later. A silo that starts is never drained.
/// </summary>
internal sealed partial class SiloDrain(
    DrainedSilos drained,
    ClusterView cluster,
    SiloHandOver handOver,
    LocalGrains locals,
    ISiloServiceClient silos,
    IRunExecutor executor,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<SiloDrain> log)
{
    private static readonly TimeSpan TellPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HandOverPatience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _one = new(1);
    private readonly Wakeup _changed = new(time);
    private readonly ConcurrentDictionary<SiloAddress, long> _told = new();
    private volatile Said _said = new(false, 0);

    /// <summary>Takes no new runs, and gives tasks and partitions to other silos, if there are any that are not drained.</summary>
    public Task DrainAsync() => OneByOneAsync(async () =>
    {
        await ChangeAsync(true);
        if (IsAlone)
        {
            LogAlone(log);
        }
        else
        {
            await MoveAsync();
        }
    });

    /// <summary>Takes runs again, and grains that are placed from now on.</summary>
    public Task ResumeAsync() => OneByOneAsync(async () =>
    {
        if (drained.IsHere)
        {
            await ChangeAsync(false);
            LogResumed(log);
        }
    });

    /// <summary>Returns the present state of this silo.</summary>
    public SiloOverview Describe() =>
        new(cluster.Local.ToString(), executor.Active, executor.Queued, locals.Partitions.Count(static p => !p.Partition.IsLost))
        {
            IsDrained = drained.IsHere
        };

    /// <summary>Tells silos that join later.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var listening = cluster.Listen(_changed.Ring);
        while (!ct.IsCancellationRequested)
        {
            await _changed.WaitAsync(options.Value.SupervisionPeriod, ct);
            await TellAsync();
            if (HasRest)
            {
                // Moves what arrived while another silo did not know yet, or what stayed because there was no other silo.
                await OneByOneAsync(MoveRestAsync);
            }
        }
    }

    private bool IsAlone => cluster.Alive.All(drained.All.Contains);

    private bool HasRest => drained.IsHere && !IsAlone && handOver.HasAny;

    private Task MoveRestAsync() => HasRest ? MoveAsync() : Task.CompletedTask;

    private async Task MoveAsync()
    {
        using var limit = new CancellationTokenSource(HandOverPatience, time);
        try
        {
            await handOver.MoveAsync(limit.Token);
            LogDrained(log, executor.Active + executor.Queued);
        }
        catch (Exception e)
        {
            LogNotHandedOver(log, e.Message);
        }
    }

    private async Task ChangeAsync(bool isDrained)
    {
        var said = _said = new Said(isDrained, _said.Version + 1);
        drained.Note(cluster.Local, said.IsDrained, said.Version);
        await TellAsync();
    }

    /// <summary>Tells the silos that do not know yet. A silo that cannot be reached is told later.</summary>
    private async Task TellAsync()
    {
        var (isDrained, version) = _said;
        if (version == 0)
        {
            return;
        }

        foreach (var gone in _told.Keys.Where(s => !cluster.Alive.Contains(s)))
        {
            _told.TryRemove(gone, out _);
        }

        await Task.WhenAll(cluster.Alive.Where(s => !s.Equals(cluster.Local) && _told.GetValueOrDefault(s) < version).Select(async silo =>
        {
            try
            {
                await silos.On(silo).NoteDrainedAsync(cluster.Local, isDrained, version).WaitAsync(TellPatience, time);
                _told[silo] = version;
            }
            catch (Exception e)
            {
                LogNotTold(log, silo, e.Message);
            }
        }));
    }

    private async Task OneByOneAsync(Func<Task> action)
    {
        await _one.WaitAsync();
        try
        {
            await action();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Contains what this silo says about itself.</summary>
    private sealed record Said(bool IsDrained, long Version);

    [LoggerMessage(541, LogLevel.Information,
        "This silo is drained: it takes no new runs, and other silos have its tasks and partitions. Its {Runs} active runs continue "
        + "here to their end.")]
    private static partial void LogDrained(ILogger logger, int runs);

    [LoggerMessage(542, LogLevel.Warning,
        "This silo takes no new runs, but no other silo takes any: it keeps its tasks and partitions, and runs wait until a silo takes "
        + "them.")]
    private static partial void LogAlone(ILogger logger);

    [LoggerMessage(543, LogLevel.Warning,
        "This silo takes no new runs, but moving all its tasks and partitions to other silos did not finish in time: {Reason}")]
    private static partial void LogNotHandedOver(ILogger logger, string reason);

    [LoggerMessage(544, LogLevel.Information, "This silo takes runs again.")]
    private static partial void LogResumed(ILogger logger);

    [LoggerMessage(545, LogLevel.Debug, "Telling silo {Silo} whether this silo is drained failed; retrying. {Reason}")]
    private static partial void LogNotTold(ILogger logger, SiloAddress silo, string reason);
}
