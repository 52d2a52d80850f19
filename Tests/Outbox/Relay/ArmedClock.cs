using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace OrleansTasks.Tests.Outbox.Relay;

/// <summary>Is a clock that tests move, and that reports each timer, so that tests move it only when somebody waits.</summary>
internal sealed class ArmedClock() : FakeTimeProvider(new DateTimeOffset(2027, 3, 1, 12, 0, 0, TimeSpan.Zero))
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<TimeSpan> _armed = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _armed.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits for the next timer, and returns its time.</summary>
    public async Task<TimeSpan> ArmedAsync() =>
        await _armed.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System);
}
