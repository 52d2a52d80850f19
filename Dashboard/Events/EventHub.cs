using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Events;

/// <summary>
/// One subscription for all listeners of this process, into a <see cref="ReplayRing"/>. It is made for the first listener, and kept for a
/// while after the last one, so that one that lost its connection misses nothing.
/// </summary>
/// <param name="subscribe">Makes the subscription.</param>
/// <param name="convert">What listeners are sent.</param>
/// <param name="options">How much is kept, and for how long.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where a subscription that fails is told.</param>
/// <param name="stopping">Ends it with the program.</param>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the program, and a semaphore without a wait handle holds nothing.")]
internal sealed partial class EventHub<T>(Func<CancellationToken, Task<ITaskSubscription<T>>> subscribe, Func<T, EventData> convert, TasksApiOptions options, TimeProvider time, ILogger log, CancellationToken stopping)
{
    private const int Batch = 64;
    private readonly SemaphoreSlim _gate = new(1);
    private Pump? _pump;
    private ITimer? _linger;
    private int _listeners;

    /// <summary>Begins to listen; when this returns, nothing that comes later is missed. Every listener is to be ended by <see cref="LeaveAsync"/>.</summary>
    public async Task<ReplayRing> JoinAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_pump is null or { Ring.IsCompleted: true })
            {
                _pump = await StartAsync().ConfigureAwait(false);
            }

            _linger?.Dispose();
            _linger = null;
            _listeners++;
            return _pump.Ring;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask LeaveAsync()
    {
        if (stopping.IsCancellationRequested && _pump is { } pump)
        {
            // The connection to the cluster goes next: leave no subscription behind that nobody will hear.
            await pump.Ended.Task.ConfigureAwait(false);
        }

        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (--_listeners == 0)
            {
                _linger?.Dispose();
                _linger = time.CreateTimer(_ => _ = StopIfIdleAsync(), null, options.ReplayLinger, Timeout.InfiniteTimeSpan);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Events after a number, without end; a gap event tells a listener that is too slow for the ring, or came too late.</summary>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(ReplayRing ring, long after, bool unknown, [EnumeratorCancellation] CancellationToken ct)
    {
        if (unknown)
        {
            yield return Gap(ring, after, null);
        }

        var batch = new EventData[Batch];
        while (true)
        {
            var count = ring.Read(after, batch, out var missed);
            if (missed > 0)
            {
                after += missed;
                yield return Gap(ring, after, missed);
            }

            for (var i = 0; i < count; i++)
            {
                yield return new ServerEvent(batch[i].Type, ring.IdOf(++after), batch[i].Json);
            }

            if (count == 0)
            {
                if (ring.IsCompleted)
                {
                    yield break;
                }

                await ring.WaitAsync(after).WaitAsync(ct).ConfigureAwait(false);
            }
        }
    }

    private static ServerEvent Gap(ReplayRing ring, long number, long? missed) =>
        new("gap", ring.IdOf(number), EventData.OfGap(null, missed, null).Json);

    private async Task<Pump> StartAsync()
    {
        // Not with a listener's token: others will want the subscription even if that one goes.
        var subscription = await subscribe(stopping).ConfigureAwait(false);
        var ring = new ReplayRing(Guid.NewGuid().ToString("N")[..12], options.ReplayEvents, options.ReplaySize);
        var pump = new Pump(ring, CancellationTokenSource.CreateLinkedTokenSource(stopping));
        _ = PumpAsync(subscription, pump);
        return pump;
    }

    private async Task PumpAsync(ITaskSubscription<T> subscription, Pump pump)
    {
        try
        {
            await foreach (var item in subscription.WithCancellation(pump.Stop.Token).ConfigureAwait(false))
            {
                pump.Ring.Add(convert(item));
            }
        }
        catch (OperationCanceledException) when (pump.Stop.IsCancellationRequested)
        {
            // Nobody listens any more, or the program stops.
        }
        catch (Exception e)
        {
            // The listeners' streams end, and they come back to a new subscription.
            LogPumpFailed(log, e, typeof(T).Name);
        }
        finally
        {
            pump.Ring.Complete();
            await subscription.DisposeAsync().ConfigureAwait(false);
            pump.Stop.Dispose();
            pump.Ended.SetResult();
        }
    }

    private async Task StopIfIdleAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_listeners == 0 && _pump is { Ring.IsCompleted: false } pump)
            {
                _pump = null;
                await pump.Stop.CancelAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    [LoggerMessage(31, LogLevel.Warning, "The subscription to every {Item} ended. Clients must reconnect.")]
    private static partial void LogPumpFailed(ILogger logger, Exception e, string item);

    private sealed record Pump(ReplayRing Ring, CancellationTokenSource Stop)
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
