namespace OrleansTasks.Simulation;

/// <summary>Simulates the clock of one silo. It may differ from the world's time, but its timers follow the world's time.</summary>
internal sealed class SimTime(World world, SimSilo? silo) : TimeProvider
{
    /// <summary>Gets or sets how far the clock is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => World.Begin + world.Now + Ahead;

    public override long GetTimestamp() => world.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(world, silo, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(World world, SimSilo? silo, Action tick) : ITimer
    {
        private Happening? _next;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Set(dueTime);
            return true;
        }

        public void Dispose() => _next?.CallOff();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(TimeSpan due)
        {
            _next?.CallOff();
            _next = due == Timeout.InfiniteTimeSpan ? null : world.After(due, OnTick, silo);
        }

        private void OnTick()
        {
            Set(_period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period);
            tick();
        }
    }
}
