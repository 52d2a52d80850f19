using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Running;

/// <summary>
/// Detects that this silo has stalled: it was suspended, or collected garbage for seconds. What it was told before the stall, and the
/// messages that it finds afterwards, may be outdated. The class measures elapsed time, and calls nothing.
/// </summary>
/// <param name="time">A monotonic clock.</param>
internal sealed class Standstills([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time)
{
    /// <summary>The shortest stall that counts. During a shorter one, callers still wait for their answers.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);

    /// <summary>How long after a stall a message may still arrive that was sent before or during it.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(100);
    private long _seen = time.GetTimestamp();
    private long _doubtsUntil = long.MinValue;

    /// <summary>Checks every second, until the silo stops.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        // Some time may have passed between the creation of this object and the start of the silo.
        Volatile.Write(ref _seen, time.GetTimestamp());
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(Period, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Look();
        }
    }

    /// <summary>Checks whether the silo has stalled since the last check.</summary>
    /// <returns>The present timestamp.</returns>
    public long Look()
    {
        var now = time.GetTimestamp();
        var passed = time.GetElapsedTime(Volatile.Read(ref _seen), now);
        if (passed > Shortest)
        {
            // Written before the other field: a reader that sees that one must see this one.
            Volatile.Write(ref _doubtsUntil, now + (long)(Settling.TotalSeconds * time.TimestampFrequency));
        }

        if (passed > Precision)
        {
            Volatile.Write(ref _seen, now);
        }

        return now;
    }

    /// <summary>
    /// Decides whether something that was received at a given time may be outdated, because the silo has stalled since then, or shortly
    /// before.
    /// </summary>
    /// <param name="taken">When it was received: a value that <see cref="Look"/> returned.</param>
    public bool Outdates(long taken)
    {
        Look();
        return taken < Volatile.Read(ref _doubtsUntil);
    }
}
