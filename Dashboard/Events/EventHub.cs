using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Events;

/// <summary>
/// Shares one subscription among all listeners of this process, through a <see cref="ReplayRing"/>. The hub subscribes for the first
/// listener, and stays subscribed for a while after the last one leaves, so that a listener that reconnects misses nothing.
/// </summary>
/// <param name="subscribe">Creates the subscription.</param>
/// <param name="convert">Converts an item to the event that listeners receive.</param>
/// <param name="options">How many events are kept, and for how long.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log for subscription failures.</param>
/// <param name="stopping">Ends the subscription when the program stops.</param>
[SuppressMessage("Design", "CA1001",
    Justification = "It lives as long as the program, and a semaphore without a wait handle holds nothing.")]
internal sealed partial class EventHub<T>(Func<CancellationToken, Task<ITaskSubscription<T>>> subscribe, Func<T, EventData> convert,
    TasksApiOptions options, TimeProvider time, ILogger log, CancellationToken stopping)
{
    private const int Batch = 64;
    private readonly SemaphoreSlim _gate = new(1);
    private Pump? _pump;
    private ITimer? _linger;
    private int _listeners;

    /// <summary>
    /// Adds a listener. After this returns, the ring receives every later event. The caller must call <see cref="LeaveAsync"/> for each
    /// listener.
    /// </summary>
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
            // The connection to the cluster closes next. Wait until the subscription is closed, so that it does not stay behind without a
            // reader.
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

    /// <summary>
    /// Returns the events after a number, without end. A listener that is too slow for the ring, or joins too late, receives a gap event.
    /// </summary>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(ReplayRing ring, long after, bool unknown,
        [EnumeratorCancellation] CancellationToken ct)
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
        // The listener's token is not used: other listeners need the subscription even if this one leaves.
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
            // The last listener left, or the program is stopping.
        }
        catch (Exception e)
        {
            // The listeners' streams end. When the clients reconnect, the hub subscribes again.
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
