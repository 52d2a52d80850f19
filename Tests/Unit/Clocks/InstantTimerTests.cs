using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Clocks;

namespace OrleansTasks.Tests.Unit.Clocks;

/// <summary>Tests that a timer ticks at its instant, whatever the clock does meanwhile.</summary>
public sealed class InstantTimerTests
{
    private static readonly DateTimeOffset Start = new(2026, 9, 18, 7, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly TurnScheduler _turns = new();
    private readonly List<DateTimeOffset> _ticks = [];
    private readonly InstantTimer _timer;
    private Action _onTick = static () => { };
    private Action _beforeTheEnd = static () => { };
    private DateTimeOffset _due;

    public InstantTimerTests()
    {
        _timer = new InstantTimer(
            (tick, _) => new DeferringTimer(this, tick),
            () =>
            {
                _ticks.Add(_clock.GetUtcNow());
                _onTick();
            },
            _clock,
            NullLogger.Instance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_600)]
    [InlineData(86_400)]
    [InlineData(36_000_000)]
    public void Arm_ForAnInstant_TicksThenAndAtMostADayBefore(int seconds)
    {
        var due = Start.AddSeconds(seconds);
        _onTick = () =>
        {
            if (_clock.GetUtcNow() < due)
            {
                _timer.Arm(due);
            }
        };
        _timer.Arm(due);
        while (_clock.GetUtcNow() < due)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            _turns.Run();
        }

        _turns.Run();
        Assert.Contains(due, _ticks);
    }

    /// <summary>The clock continues during a tick, and the timer counts its next delay from the end of the tick.</summary>
    [Fact]
    public void Arm_AtATickThatEndsLater_TicksAtTheInstant()
    {
        _due = Start.AddDays(3);
        _onTick = () => _timer.Arm(_due);
        _beforeTheEnd = () => _clock.Advance(TimeSpan.FromHours(6));
        _timer.Arm(_due);
        for (var day = 0; day < 2; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
            _turns.Run();
        }

        (_onTick, _beforeTheEnd) = (static () => { }, static () => { });
        _clock.SetUtcNow(_due);
        _turns.Run();

        Assert.Equal(_due, _ticks[^1]);
    }

    [Fact]
    public void Tick_ThatFails_IsRetried()
    {
        _onTick = () =>
        {
            _onTick = static () => { };
            throw new InvalidOperationException("A defect.");
        };
        _timer.Arm(Start.AddSeconds(1));
        for (var second = 0; second < 3; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _turns.Run();
        }

        Assert.Equal([Start.AddSeconds(1), Start.AddSeconds(2)], _ticks);
    }

    /// <summary>Applies changes within a tick when the tick ends, as grain timers do.</summary>
    private sealed class DeferringTimer : IGrainTimer
    {
        private readonly ITimer _timer;
        private TimeSpan _next = Timeout.InfiniteTimeSpan;
        private bool _isTicking;

        public DeferringTimer(InstantTimerTests test, Func<Task> tick) => _timer = test._clock.CreateTimer(
            _ => test._turns.Begin(async () =>
            {
                (_isTicking, _next) = (true, Timeout.InfiniteTimeSpan);
                await tick();
                test._beforeTheEnd();
                _isTicking = false;
                _timer!.Change(_next, Timeout.InfiniteTimeSpan);
            }).Ignore(),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);

        public void Change(TimeSpan dueTime, TimeSpan period)
        {
            _next = dueTime;
            if (!_isTicking)
            {
                _timer.Change(dueTime, period);
            }
        }

        public void Dispose() => _timer.Dispose();
    }
}
