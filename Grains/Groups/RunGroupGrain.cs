using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Storage;

namespace OrleansTasks;

/// <summary>
/// Gives the runs of a group their places. Who has one is in memory only: an activation that begins asks every silo for the group's runs that it has, and
/// gives no place before all have answered or are lost.
/// </summary>
[GrainType("orleans-tasks.group"), Reentrant]
internal sealed partial class RunGroupGrain(
    [FromKeyedServices(TaskStorage.Name)] IGrainStorage storage,
    ClusterView cluster,
    RunnerClient runners,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<RunGroupGrain> log) : Grain, IRunGroupGrain, IRunGroupEngine
{
    private const string StateName = "group";
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WaitPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StayActive = TimeSpan.FromHours(25);
    private readonly GrainState<RunGroupRecord> _record = new(new RunGroupRecord());
    private readonly GroupPlaces _places = new();
    private readonly Dictionary<Guid, TaskCompletionSource<bool>> _waiters = [];
    private Task _knowing = Task.CompletedTask;
    private IGrainTimer? _timer;
    private RunGroup _limits = new();

    private string Name => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        TaskNames.Check(Name);
        await storage.ReadStateAsync(StateName, RecordId, _record);
        if (_record.RecordExists)
        {
            _limits = JsonSerializer.Deserialize<RunGroup>(_record.State!.Limits, TaskJson.Stored)!;
        }

        _knowing = LearnAsync();
        _timer = this.RegisterGrainTimer(static (grain, _) => grain.OnTimerAsync(), this, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        this.RegisterGrainTimer(static (grain, _) => grain.LookAsync(), this, new GrainTimerCreationOptions(LookPeriod, LookPeriod) { Interleave = true });
    }

    public Task<RunGroupInfo> DescribeAsync() => Task.FromResult(new RunGroupInfo { Name = Name, Limits = _limits, Running = _places.Held, Waiting = _places.Waiting });

    public async Task<RunGroupInfo> PutAsync(RunGroup limits)
    {
        if (limits?.Faults() is not { Count: 0 })
        {
            throw new InvalidTaskException(null, limits?.Faults() ?? ["The limits are missing."]);
        }

        await StoreAsync(limits, _record.State?.Defined);
        return await DescribeAsync();
    }

    public Task DefineAsync(RunGroup limits)
    {
        var defined = JsonSerializer.Serialize(limits, TaskJson.Stored);
        return _record.State?.Defined == defined ? Task.CompletedTask : StoreAsync(limits, defined);
    }

    public async Task<bool> AcquireAsync(RunId run, RunPriority priority)
    {
        await _knowing;
        if (_places.Has(run.Value))
        {
            return true;
        }

        DelayDeactivation(StayActive);
        _places.Ask(run, priority);
        var source = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_waiters.Remove(run.Value, out var earlier))
        {
            // It asks again because the answer to the earlier question was lost.
            earlier.TrySetResult(false);
        }

        _waiters[run.Value] = source;
        GiveOut();
        try
        {
            return await source.Task.WaitAsync(WaitPatience, pauses);
        }
        catch (TimeoutException)
        {
            if (_waiters.TryGetValue(run.Value, out var mine) && mine == source)
            {
                _waiters.Remove(run.Value);
                _places.Leave(run.Value);
            }

            return false;
        }
    }

    public Task ReleaseAsync(RunId run)
    {
        if (_waiters.Remove(run.Value, out var waiter))
        {
            waiter.TrySetResult(false);
        }

        _places.Release(run.Value);
        GiveOut();
        return Task.CompletedTask;
    }

    private GrainId RecordId => GrainId.Create("ot-group", $"g-{Name}");

    private void GiveOut()
    {
        if (!_knowing.IsCompletedSuccessfully)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var run in _places.Grant(_limits, now))
        {
            if (_waiters.Remove(run.Value, out var waiter))
            {
                waiter.TrySetResult(true);
            }
        }

        if (_places.OpensAt(_limits, now) is { } opens)
        {
            TimerArming.Arm(_timer!, opens, time);
        }
    }

    private Task OnTimerAsync()
    {
        // In a turn of its own: a timer that is changed while it ticks is armed when the tick ends.
        Task.Factory.StartNew(GiveOut, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current).Ignore();
        return Task.CompletedTask;
    }

    private async Task StoreAsync(RunGroup limits, string? defined)
    {
        _record.State = new RunGroupRecord { Limits = JsonSerializer.Serialize(limits, TaskJson.Stored), Defined = defined };
        await storage.WriteStateAsync(StateName, RecordId, _record);
        _limits = limits;
        GiveOut();
    }

    /// <summary>Learns who has a place.</summary>
    private async Task LearnAsync()
    {
        foreach (var held in (await Task.WhenAll(cluster.Alive.Select(HeldOnAsync))).SelectMany(h => h))
        {
            _places.Hold(held);
        }
    }

    private async Task<IReadOnlyList<RunId>> HeldOnAsync(SiloAddress silo)
    {
        // As long as the silo is not lost, its runs are not either.
        while (!cluster.IsGone(silo))
        {
            try
            {
                return await runners.On(silo).HoldingOfGroupAsync(Name).WaitAsync(AskPatience, pauses);
            }
            catch (Exception e)
            {
                LogNotAsked(log, silo, Name, e.Message);
                await Task.Delay(AskPatience / 4, pauses);
            }
        }

        return [];
    }

    /// <summary>Takes places back whose runs are no more, as after the loss of a silo.</summary>
    private async Task LookAsync()
    {
        foreach (var ofTask in _places.Holders.ToList().GroupBy(r => r.Task))
        {
            try
            {
                var ids = ofTask.Select(r => r.Value).ToList();
                var underWay = await GrainFactory.GetGrain<ITaskEngine>(ofTask.Key).HaveGroupPlacesAsync(ids).WaitAsync(LookPeriod, pauses);
                foreach (var gone in ids.Except(underWay))
                {
                    _places.Release(gone);
                }
            }
            catch (Exception e)
            {
                // It is looked at again.
                LogNotLooked(log, ofTask.Key, Name, e.Message);
            }
        }

        GiveOut();
    }

    [LoggerMessage(701, LogLevel.Debug, "{Silo} could not be asked for runs of the group '{Group}': {Reason}")]
    private static partial void LogNotAsked(ILogger logger, SiloAddress silo, string group, string reason);

    [LoggerMessage(702, LogLevel.Debug, "{Task} could not be asked for its runs of the group '{Group}': {Reason}")]
    private static partial void LogNotLooked(ILogger logger, string task, string group, string reason);
}
