using OrleansTasks.Clocks;
using OrleansTasks.Running;

namespace OrleansTasks.Testing.Clocks;

/// <summary>A clock that stands still until it is moved, and knows what waits for it.</summary>
/// <param name="start">The instant that it begins with.</param>
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

    /// <summary>How often somebody has looked at it, or set a timer: while that goes on, something happens.</summary>
    public long Touches => Volatile.Read(ref _touches);

    /// <summary>The present, without counting as a look.</summary>
    public DateTimeOffset Now => new(Volatile.Read(ref _now), TimeSpan.Zero);

    /// <summary>Tells on whose turn a timer is made; null if on nobody's, or if that is not known.</summary>
    public Func<GrainId?>? OnTurnOf { get; set; }

    /// <summary>The instant of the first timer; null if nothing waits.</summary>
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

    /// <summary>The number of runs whose handlers wait for this clock.</summary>
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

    /// <summary>The instant of the first timer that counts; null if none of these waits.</summary>
    /// <param name="counts">Which ones count.</param>
    /// <param name="until">Only up to this instant.</param>
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
            // What Orleans itself does every now and then, such as looking for messages of streams, is no time of tasks.
            return System.CreateTimer(callback, state, dueTime, period);
        }

        var timer = new VirtualTimer(this, callback, state, run, grain);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves to an instant, and calls at their own instants the timers that are due by then, in order. What is set meanwhile waits from that instant on: it is set by what goes on at the same
    /// time, for which the way there takes no time. The patience of a call that has just begun would be over else. The timers of handlers, and those for instants, keep their own.
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
    /// <param name="wait">How long it waits, in ticks; negative: for ever.</param>
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
            // As with a real clock: at once, and not on the thread of who sets it.
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
