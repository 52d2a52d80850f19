using OrleansTasks.Running;

namespace OrleansTasks.Testing.Clocks;

/// <summary>A timer of a <see cref="VirtualClock"/>.</summary>
/// <param name="clock">The clock.</param>
/// <param name="callback">What it calls.</param>
/// <param name="state">What it gives that.</param>
/// <param name="owner">The run whose handler made it; null if none did.</param>
/// <param name="grain">The grain on whose turn it was made; null if on none.</param>
internal sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state, RunningRun? owner, GrainId? grain) : ITimer
{
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();

    /// <summary>Orders by instants, and those of one instant as they were set.</summary>
    public static Comparer<VirtualTimer> ByDue { get; } = Comparer<VirtualTimer>.Create(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Number.CompareTo(b.Number));

    public RunningRun? Owner => owner;

    public GrainId? Grain => grain;

    /// <summary>Whether it ends an attempt, or the wait of a handler.</summary>
    public bool IsOfRun => owner is not null || state is RunningRun;

    /// <summary>When it is due; changed by the clock alone, while it does not wait.</summary>
    public long Due { get; set; }

    /// <summary>Tells timers of one instant apart.</summary>
    public long Number { get; set; }

    /// <summary>After how many ticks it is due again; 0: it is not.</summary>
    public long Period { get; private set; }

    /// <summary>Whether it is set for instants at which something is due, and not to look from time to time.</summary>
    public bool IsExact { get; set; }

    /// <summary>Whether it was disposed.</summary>
    public bool IsOver { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (IsOver)
        {
            return false;
        }

        Period = Math.Max(0, period.Ticks);
        clock.Set(this, dueTime == Timeout.InfiniteTimeSpan ? -1 : dueTime.Ticks);
        return true;
    }

    public void Fire()
    {
        if (IsOver)
        {
            return;
        }

        if (_flow is null)
        {
            callback(state);
        }
        else
        {
            ExecutionContext.Run(_flow, static t => ((VirtualTimer)t!).Call(), this);
        }
    }

    public void Dispose() => clock.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Call() => callback(state);
}
