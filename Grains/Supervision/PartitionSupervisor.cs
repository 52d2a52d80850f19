using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Handlers;
using OrleansTasks.Running;
using OrleansTasks.Storage;

namespace OrleansTasks.Supervision;

/// <summary>
/// Keeps every partition active: at the start, at each change of membership, and every few seconds. It also gives the partitions the
/// definitions of this silo's code. Configuration is applied separately, however long that takes.
/// </summary>
internal sealed partial class PartitionSupervisor(
    IGrainFactory grains,
    HandlerCatalog handlers,
    IClusterView cluster,
    PartitionRegistry registry,
    ConfigurationApplier configuration,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<PartitionSupervisor> log)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    // A partition that answers late is being read, and a registry of millions takes its time.
    private static readonly TimeSpan ReadPatience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    // A call to a silo at the moment when it is found dead may never be answered. A partition that needs longer to become active does so
    // nevertheless.
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(2);
    private readonly Wakeup _wakeup = new(time);
    private readonly Dictionary<int, Guid> _known = [];
    private bool _failing;
    private bool _groupsDefined;

    private int Partitions => options.Value.Partitions;

    /// <summary>
    /// Activates all partitions and registers what this silo defines in code and in configuration, or reports why that is not possible.
    /// </summary>
    public async Task StartAsync(CancellationToken ct)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                var first = await grains.Refer<IPartition>(0).EnsureAsync();
                if (first.Partitions != Partitions)
                {
                    throw new InvalidTaskException(
                        null, [$"TasksOptions.Partitions is {Partitions}, but the cluster's storage was made with {first.Partitions}. "
                            + $"Set it to {first.Partitions}."]);
                }

                await EnsureAllAsync();
                await configuration.StartAsync(ct);
                return;
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e)
                && time.GetElapsedTime(since) < (e is TimeoutException ? ReadPatience : StartPatience))
            {
                await Task.Delay(LongestPause, time, ct);
            }
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        using var listening = cluster.Listen(_wakeup.Ring);
        var pause = FirstPause;
        while (!ct.IsCancellationRequested)
        {
            await _wakeup.WaitAsync(options.Value.SupervisionPeriod, ct);
            try
            {
                await EnsureAllAsync().WaitAsync(AnswerPatience, time, ct);
                pause = FirstPause;
                if (_failing)
                {
                    _failing = false;
                    LogRecovered(log);
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested
                && (ClusterCalls.IsTransient(e) || e is TaskException or OrleansException))
            {
                if (!_failing)
                {
                    _failing = true;
                    LogFailing(log, e.Message);
                }

                // A call that fails because a silo was just lost succeeds at once, because grains are placed elsewhere.
                await Task.Delay(pause, time, ct);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                _wakeup.Ring();
            }
        }
    }

    private async Task EnsureAllAsync()
    {
        var identities = await Task.WhenAll(Enumerable.Range(0, Partitions).Select(EnsureAsync));
        await registry.NoteAllAsync();
        await DefineGroupsAsync();
        await CopyCalendarsAsync(identities);
    }

    private async Task CopyCalendarsAsync(PartitionIdentity[] identities)
    {
        var newest = identities.MaxBy(i => i.Calendars)!;
        if (identities.All(i => i.Calendars == newest.Calendars))
        {
            return;
        }

        // A partition was not active when the calendars were edited.
        var calendars = await grains.Refer<IPartition>(Array.IndexOf(identities, newest)).GetCalendarSetAsync();
        await Task.WhenAll(
            Enumerable.Range(0, Partitions).Where(p => identities[p].Calendars < newest.Calendars)
                .Select(p => grains.Refer<IPartition>(p).TakeCalendarsAsync(calendars)));
    }

    private async Task DefineGroupsAsync()
    {
        await Task.WhenAll(
            handlers.Groups.Where(g => !configuration.NamesGroup(g.Key))
                .Select(g => grains.Refer<IRunGroupEngine>(g.Key).DefineAsync(g.Value, _groupsDefined)));
        _groupsDefined = true;
    }

    private async Task<PartitionIdentity> EnsureAsync(int partition)
    {
        var grain = grains.Refer<IPartition>(partition);
        var identity = await grain.EnsureAsync();
        bool isNew;
        lock (_known)
        {
            var wasKnown = _known.TryGetValue(partition, out var known);
            isNew = !wasKnown || known != identity.Id;
            if (isNew && wasKnown && !options.Value.StorageMayForget)
            {
                LogExchanged(log, partition, known, identity.Id);
            }
        }

        if (!isNew)
        {
            return identity;
        }

        var definitions = handlers.Definitions.Where(
            d => !configuration.Names(d.Name) && PartitionMap.PartitionOf(d.Name, Partitions) == partition).ToList();
        if (definitions.Count > 0)
        {
            await grain.DefineAsync(definitions);
        }

        lock (_known)
        {
            _known[partition] = identity.Id;
        }

        configuration.NoteMet();
        return identity;
    }

    [LoggerMessage(501, LogLevel.Warning, "Activating every partition failed, so some tasks do not fire; retrying. {Reason}")]
    private static partial void LogFailing(ILogger logger, string reason);

    [LoggerMessage(503, LogLevel.Error,
        "The storage of partition {Partition} was emptied or replaced: its registry was {Before} and is {Now}. Its previous content is "
        + "lost.")]
    private static partial void LogExchanged(ILogger logger, int partition, Guid before, Guid now);

    [LoggerMessage(502, LogLevel.Information, "Every partition is active again.")]
    private static partial void LogRecovered(ILogger logger);
}
