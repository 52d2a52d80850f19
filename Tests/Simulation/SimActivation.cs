using System.Reflection;
using Orleans.Timers;
using OrleansTasks.Tasks;

namespace OrleansTasks.Simulation;

/// <summary>
/// Simulates an activation of one of the engine's grains: its turns, its timers, and its deactivation when its calls have ended.
/// </summary>
internal sealed class SimActivation : ITimerRegistry, IGrainRuntime, IServiceProvider
{
    private readonly World _world;
    private readonly SimCluster _cluster;
    private readonly List<Action> _postponed = [];
    private readonly TaskCompletionSource _gone = new();
    private readonly SimTurns _turns;
    private readonly Grain _grain;
    private readonly Task _activating;
    private bool _isLeaving;
    private bool _hasLeft;
    private int _calls;
    private readonly bool _losesTimers;

    public SimActivation(World world, SimCluster cluster, SimSilo silo, GrainId id, string target, Func<IGrainContext, Grain> make)
    {
        (_world, _cluster, Silo, Target) = (world, cluster, silo, target);
        var earlier = cluster.Activations.GetValueOrDefault(target);
        cluster.Activations[target] = earlier + 1;
        _losesTimers = cluster.Defect?.LosesTimers(target, earlier) == true;
        _turns = silo.NewTurns();
        var context = DispatchProxy.Create<IGrainContext, ContextProxy>();
        ((ContextProxy)(object)context).Set(this, id, cluster.NextNumber());
        _grain = make(context);
        cluster.Watches.ForEach(w => w.OnActivated(this));
        _activating = _turns.Begin(ActivateAsync);
    }

    public SimSilo Silo { get; }

    public string Target { get; }

    public Grain Instance => _grain;

    /// <summary>Gets the world's time.</summary>
    public DateTimeOffset Now => World.Begin + _world.Now;

    public Task Gone => _gone.Task;

    string IGrainRuntime.SiloIdentity => Silo.ToString();

    SiloAddress IGrainRuntime.SiloAddress => Silo.Address;

    IGrainFactory IGrainRuntime.GrainFactory => Silo.Grains.Factory;

    ITimerRegistry IGrainRuntime.TimerRegistry => this;

    IServiceProvider IGrainRuntime.ServiceProvider => this;

    TimeProvider IGrainRuntime.TimeProvider => Silo.Time;

    public object? GetService(Type serviceType) => serviceType == typeof(IGrainRuntime) ? this : null;

    /// <summary>Accepts a call, or forwards it if the activation has left.</summary>
    public void Take(Action begin, Action forward)
    {
        if (_hasLeft && _gone.Task.IsCompleted)
        {
            forward();
        }
        else if (_isLeaving)
        {
            _postponed.Add(forward);
        }
        else
        {
            begin();
        }
    }

    /// <summary>Starts a call.</summary>
    public Task Begin(PendingCall call)
    {
        if (call.IsTold)
        {
            _world.Tell(
                $"  {Silo} takes {call.Method.Name}{(call.IsRepetition ? " again" : "")} of {Target} from "
                    + $"{call.From?.ToString() ?? "client"}");
        }

        _calls++;
        return _turns.Begin(async () =>
        {
            try
            {
                await _activating;
                if (_grain is IIncomingGrainCallFilter filter)
                {
                    await filter.Invoke(new SimCallContext(call, _grain));
                }
                else
                {
                    await call.Begin(_grain);
                }

                _cluster.Watches.ForEach(w => w.OnAnswered(this, call));
            }
            finally
            {
                _calls--;
                LeaveIfIdle();
            }
        });
    }

    /// <summary>Deactivates the grain once its calls have ended.</summary>
    public void Deactivate()
    {
        if (!_isLeaving)
        {
            _world.Tell($"{Silo} deactivates {Target}");
            _isLeaving = true;
            (_grain as TaskGrain)?.OnDeactivating();
            LeaveIfIdle();
        }
    }

    void IGrainRuntime.DeactivateOnIdle(IGrainContext grainContext) => Deactivate();

    void IGrainRuntime.DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan)
    {
    }

    Orleans.Core.IStorage<TGrainState> IGrainRuntime.GetStorage<TGrainState>(IGrainContext grainContext) =>
        throw new NotSupportedException();

    IDisposable ITimerRegistry.RegisterTimer(IGrainContext grainContext, Func<object?, Task> callback, object? state, TimeSpan dueTime,
        TimeSpan period) => throw new NotSupportedException();

    IGrainTimer ITimerRegistry.RegisterGrainTimer<TState>(IGrainContext grainContext, Func<TState, CancellationToken, Task> callback,
        TState state, GrainTimerCreationOptions options) =>
        new Timer(this, () => callback(state, CancellationToken.None), options.DueTime);

    /// <summary>Activates the grain. A failed activation leaves no trace, and its callers get an error.</summary>
    private async Task ActivateAsync()
    {
        try
        {
            await _grain.OnActivateAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            _world.Tell($"{Silo} cannot activate {Target}: {e.Message}");
            (_isLeaving, _hasLeft) = (true, true);
            Leave();
            throw new PartitionMovedException($"{Target} could not be activated: {e.Message}");
        }
    }

    private void LeaveIfIdle()
    {
        if (_isLeaving && !_hasLeft && _calls == 0)
        {
            _hasLeft = true;
            _turns.Begin(LeaveAsync);
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await _activating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await _grain.OnDeactivateAsync(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "It leaves."),
                CancellationToken.None);
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        _cluster.Remove(this);
        _gone.TrySetResult();
        foreach (var forward in _postponed)
        {
            forward();
        }
    }

    /// <summary>Simulates a grain timer. A time that a tick sets counts from the end of the tick.</summary>
    private sealed class Timer : IGrainTimer
    {
        private readonly SimActivation _activation;
        private readonly Func<Task> _tick;
        private readonly ITimer _timer;
        private TimeSpan _next;
        private bool _isTicking;
        private bool _isOff;

        public Timer(SimActivation activation, Func<Task> tick, TimeSpan due)
        {
            (_activation, _tick) = (activation, tick);
            _timer = activation.Silo.Time.CreateTimer(_ => OnTick(), null, due, System.Threading.Timeout.InfiniteTimeSpan);
        }

        public void Change(TimeSpan dueTime, TimeSpan period)
        {
            _next = dueTime;
            if (!_isTicking)
            {
                _timer.Change(dueTime, System.Threading.Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            _isOff = true;
            _timer.Dispose();
        }

        private void OnTick()
        {
            if (_isOff || _activation._isLeaving || _activation._losesTimers)
            {
                return;
            }

            _isTicking = true;
            _activation._calls++;
            _activation._turns.Begin(async () =>
            {
                _next = System.Threading.Timeout.InfiniteTimeSpan;
                try
                {
                    if (!_isOff)
                    {
                        await _tick();
                    }
                }
                finally
                {
                    _isTicking = false;
                    if (!_isOff)
                    {
                        _timer.Change(_next, System.Threading.Timeout.InfiniteTimeSpan);
                    }

                    _activation._calls--;
                    _activation.LeaveIfIdle();
                }
            });
        }
    }

    private class ContextProxy : DispatchProxy
    {
        private SimActivation _activation = null!;
        private GrainId _id;

        private int _number;

        public void Set(SimActivation activation, GrainId id, int number) => (_activation, _id, _number) = (activation, id, number);

        /// <summary>Returns the same value in each repetition, so that hash tables have the same order.</summary>
        public override int GetHashCode() => _number;

        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case "get_GrainId":
                    return _id;
                case "get_GrainInstance":
                    return _activation._grain;
                case "get_ActivationServices":
                    return _activation;
                case "get_Deactivated":
                    return _activation.Gone;
                case "Deactivate":
                    _activation.Deactivate();
                    return null;
                case "Equals":
                    return ReferenceEquals(this, args![0]);
                default:
                    throw new NotSupportedException(targetMethod.Name);
            }
        }
    }
}
