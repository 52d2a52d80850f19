using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Storage;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Clocks;
using OrleansTasks.Grains;
using OrleansTasks.Records;
using OrleansTasks.Running;

namespace OrleansTasks.Groups;

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
    private const int RememberedRequests = 64;
    private static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan WaitPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StayActive = TimeSpan.FromHours(25);
    private readonly GrainState<RunGroupRecord> _record = new(new RunGroupRecord());
    private readonly GroupPlaces _places = new();
    private readonly Dictionary<Guid, TaskCompletionSource<bool>> _waiters = [];
    private readonly GrainClock _clock = new(time, TimeSpan.Zero);
    private Task _knowing = Task.CompletedTask;
    private Task _storing = Task.CompletedTask;
    private string? _defined;
    private Guid[] _requests = [];

    // Whether what is stored may be something else than what is in memory.
    private bool _inDoubt = true;
    private InstantTimer? _timer;
    private RunGroup _limits = new();

    private string Name => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        TaskNames.Check(Name);
        await ReadAsync();
        _knowing = LearnAsync();
        _timer = new InstantTimer(StartTimer, GiveOut, time, log);
        this.RegisterGrainTimer(static (grain, _) => grain.LookAsync(), this, new GrainTimerCreationOptions(LookPeriod, LookPeriod) { Interleave = true });
    }

    public Task<RunGroupInfo> DescribeAsync() => Task.FromResult(new RunGroupInfo { Name = Name, Limits = _limits, Running = _places.Held, Waiting = _places.Waiting });

    public async Task<RunGroupInfo> PutAsync(RunGroup limits, Guid request = default)
    {
        if (limits?.Faults() is not { Count: 0 })
        {
            throw new InvalidTaskException(null, limits?.Faults() ?? ["The limits are missing."]);
        }

        await StoreAsync(() => request != Guid.Empty && _requests.Contains(request) ? null : (limits, _defined), request);
        return await DescribeAsync();
    }

    public Task DefineAsync(RunGroup limits, bool again)
    {
        var defined = JsonSerializer.Serialize(limits, StoredJson.Options);
        return IsKnown() && !_inDoubt ? Task.CompletedTask : StoreAsync(() => IsKnown() ? null : (limits, defined));

        bool IsKnown() => again ? _defined is not null : _defined == defined;
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

    public Task ReleaseAsync(RunId run, bool unused)
    {
        if (_waiters.Remove(run.Value, out var waiter))
        {
            waiter.TrySetResult(false);
        }

        _places.Release(run.Value, unused);
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

        var now = _clock.Steady;
        foreach (var run in _places.Grant(_limits, now))
        {
            if (_waiters.Remove(run.Value, out var waiter))
            {
                waiter.TrySetResult(true);
            }
        }

        if (_places.OpensAt(_limits, now) is { } opens)
        {
            _timer?.Arm(_clock.OfSteady(opens)!.Value);
        }
    }

    private IGrainTimer StartTimer(Func<Task> tick, TimeSpan due) =>
        this.RegisterGrainTimer(static (action, _) => action(), tick, new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true });

    private async Task ReadAsync()
    {
        await storage.ReadStateAsync(StateName, RecordId, _record);
        (_limits, _defined) = _record.RecordExists ? (JsonSerializer.Deserialize<RunGroup>(_record.State!.Limits, StoredJson.Options)!, _record.State.Defined) : (new(), null);
        _requests = _record.RecordExists ? _record.State!.Requests ?? [] : [];
        _inDoubt = false;
    }

    /// <summary>Stores other limits, one change after the other; what they are is asked when it is known what is stored.</summary>
    private Task StoreAsync(Func<(RunGroup Limits, string? Defined)?> change, Guid request = default)
    {
        return _storing = AfterAsync(_storing);

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            try
            {
                await StoreNowAsync(change, request);
            }
            catch (Exception e) when (!ClusterCalls.IsTransient(e))
            {
                // Whatever storage says: it is to be tried again.
                throw new PartitionMovedException($"The limits of the group '{Name}' could not be stored: {e.Message}");
            }
        }
    }

    private async Task StoreNowAsync(Func<(RunGroup Limits, string? Defined)?> change, Guid request)
    {
        if (_inDoubt)
        {
            await ReadAsync();
        }

        if (change() is not { } next)
        {
            return;
        }

        _inDoubt = true;
        Guid[] requests = request == Guid.Empty ? _requests : [.. _requests.TakeLast(RememberedRequests - 1), request];
        _record.State = new RunGroupRecord { Limits = JsonSerializer.Serialize(next.Limits, StoredJson.Options), Defined = next.Defined, Requests = requests };
        await storage.WriteStateAsync(StateName, RecordId, _record);
        (_limits, _defined, _requests, _inDoubt) = (next.Limits, next.Defined, requests, false);
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
                var underWay = await GrainFactory.Refer<ITaskEngine>(ofTask.Key).HaveGroupPlacesAsync(ids).WaitAsync(LookPeriod, pauses);
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
