using Microsoft.Extensions.Time.Testing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Implements a grain's timer with turns and a clock that the test moves.</summary>
internal sealed class TurnTimer : IGrainTimer
{
    private readonly ITimer _timer;

    public TurnTimer(TurnScheduler turns, FakeTimeProvider clock, Func<Task> tick, TimeSpan due) =>
        _timer = clock.CreateTimer(_ => turns.Begin(tick).Ignore(), null, due, Timeout.InfiniteTimeSpan);

    public void Change(TimeSpan dueTime, TimeSpan period) => _timer.Change(dueTime, period);

    public void Dispose() => _timer.Dispose();
}
