using OrleansTasks.Clocks;
using OrleansTasks.Running;

namespace OrleansTasks.Testing.Clocks;

/// <summary>Implements a clock that stands still until it is moved, and knows what waits for it.</summary>
/// <param name="start">The initial instant.</param>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private const string SystemTargets = "sys.";
    private readonly Lock _gate = new();
    private readonly SortedSet<VirtualTimer> _waiting = new(VirtualTimer.ByDue);
    private readonly long _start = start.UtcTicks;
    private long _now = start.UtcTicks;
    private long _target;
    private long _touches;
    private long _number;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Gets how often the clock was read or a timer was set. While this number grows, there is activity.</summary>
    public long Touches => Volatile.Read(ref _touches);

    /// <summary>Gets the present instant without counting as a read.</summary>
    public DateTimeOffset Now => new(Volatile.Read(ref _now), TimeSpan.Zero);

    /// <summary>
    /// Gets or sets what returns the grain on whose turn a timer is created. It returns null if there is none, or if it is not known.
    /// </summary>
    public Func<GrainId?>? OnTurnOf { get; set; }

    /// <summary>Gets the instant of the first timer, or null if nothing waits.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Min is { } first ? new DateTimeOffset(first.Due, TimeSpan.Zero) : null;
            }
        }
    }

    /// <summary>Gets the number of runs whose handlers wait for this clock.</summary>
    public int WaitingHandlers
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Select(static t => t.Owner).OfType<RunningRun>().Where(static r => !r.HasEnded).Distinct().Count();
            }
        }
    }

    /// <summary>Returns the instant of the first timer that counts, or null if none of these waits.</summary>
    /// <param name="counts">Decides which timers count.</param>
    /// <param name="until">The last instant that is considered.</param>
    public DateTimeOffset? FirstDue(Func<VirtualTimer, bool> counts, DateTimeOffset until)
    {
        lock (_gate)
        {
            foreach (var timer in _waiting)
            {
                if (timer.Due > until.UtcTicks)
                {
                    return null;
                }

                if (counts(timer))
                {
                    return new DateTimeOffset(timer.Due, TimeSpan.Zero);
                }
            }

            return null;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        Touch();
        return Now;
    }

    public override long GetTimestamp()
    {
        Touch();
        return Volatile.Read(ref _now) - _start;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var (run, grain) = (RunFlow.Current, OnTurnOf?.Invoke());
        if (run is null && state is not RunningRun && grain?.Type.ToString()?.StartsWith(SystemTargets, StringComparison.Ordinal) == true)
        {
            // What Orleans itself does periodically, such as checking for messages of streams, does not belong to the time of tasks.
            return System.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new VirtualTimer(this, callback, state, run, grain);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves to an instant, and fires the timers that are due by then in order, each at its own instant. Timers that are set meanwhile
    /// count from the target instant, because the move takes no time for activity that happens during it. Otherwise the timeout of a call
    /// that has just started would expire. Timers of handlers, and those for exact instants, count from the instant at which they are set.
    /// </summary>
    public void MoveTo(DateTimeOffset instant)
    {
        Volatile.Write(ref _target, instant.UtcTicks);
        while (TakeDue(instant.UtcTicks) is { } due)
        {
            due.Fire();
        }
    }

    /// <summary>Sets a timer.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="wait">How long it waits, in ticks. Negative: forever.</param>
    public void Set(VirtualTimer timer, long wait)
    {
        Touch();
        lock (_gate)
        {
            _waiting.Remove(timer);
            timer.IsExact |= InstantTimer.IsArming;
            if (wait >= 0 && !timer.IsOver)
            {
                var now = timer.IsExact || timer.IsOfRun ? _now : Math.Max(_now, Volatile.Read(ref _target));
                (timer.Due, timer.Number) = (Math.Min(now + wait, DateTimeOffset.MaxValue.UtcTicks), _number++);
                if (wait > 0)
                {
                    _waiting.Add(timer);
                    return;
                }
            }
        }

        if (wait == 0)
        {
            // As with a real clock, the timer fires at once, and not on the thread that sets it.
            ThreadPool.UnsafeQueueUserWorkItem(static t => t.Fire(), timer, preferLocal: false);
        }
    }

    /// <summary>Removes a timer.</summary>
    public void Remove(VirtualTimer timer)
    {
        Touch();
        lock (_gate)
        {
            timer.IsOver = true;
            _waiting.Remove(timer);
        }
    }

    private VirtualTimer? TakeDue(long until)
    {
        lock (_gate)
        {
            if (_waiting.Min is not { } first || first.Due > until)
            {
                Volatile.Write(ref _now, Math.Max(_now, until));
                return null;
            }

            _waiting.Remove(first);
            Volatile.Write(ref _now, Math.Max(_now, first.Due));
            if (first.Period > 0)
            {
                (first.Due, first.Number) = (first.Due + first.Period, _number++);
                _waiting.Add(first);
            }

            return first;
        }
    }

    private void Touch() => Interlocked.Increment(ref _touches);
}
