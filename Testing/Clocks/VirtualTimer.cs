using OrleansTasks.Running;

namespace OrleansTasks.Testing.Clocks;

/// <summary>Represents a timer of a <see cref="VirtualClock"/>.</summary>
/// <param name="clock">The clock.</param>
/// <param name="callback">The callback.</param>
/// <param name="state">The argument of the callback.</param>
/// <param name="owner">The run whose handler created it, or null if there is none.</param>
/// <param name="grain">The grain on whose turn it was created, or null if there is none.</param>
internal sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state, RunningRun? owner, GrainId? grain) : ITimer
{
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();

    /// <summary>Gets a comparer by instants, and for equal instants by the order in which the timers were set.</summary>
    public static Comparer<VirtualTimer> ByDue { get; } =
        Comparer<VirtualTimer>.Create(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Number.CompareTo(b.Number));

    public RunningRun? Owner => owner;

    public GrainId? Grain => grain;

    /// <summary>Gets whether it ends an attempt, or the wait of a handler.</summary>
    public bool IsOfRun => owner is not null || state is RunningRun;

    /// <summary>Gets or sets when it is due. Only the clock changes it, while the timer does not wait.</summary>
    public long Due { get; set; }

    /// <summary>Gets or sets a number that distinguishes timers with the same instant.</summary>
    public long Number { get; set; }

    /// <summary>Gets the period in ticks after which it is due again, or 0 if it has none.</summary>
    public long Period { get; private set; }

    /// <summary>Gets or sets whether it is set for an instant at which something is due, and not for a periodic check.</summary>
    public bool IsExact { get; set; }

    /// <summary>Gets or sets whether it was disposed.</summary>
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
