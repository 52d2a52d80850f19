using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Running;

/// <summary>
/// Notices that this silo stood still: it was suspended, or collected garbage for seconds. What it had been told before, and what it finds when it goes on, may not be so any more.
/// Counts the time that passes, and asks nobody.
/// </summary>
/// <param name="time">A clock that goes on evenly.</param>
internal sealed class Standstills([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time)
{
    /// <summary>The shortest that counts. Within less, whoever calls waits for the answer.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);

    /// <summary>For how long after it a message may still come that was sent before or meanwhile.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(100);
    private long _seen = time.GetTimestamp();
    private long _doubtsUntil = long.MinValue;

    /// <summary>Looks each second, until the silo stops.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        // It may have taken a while from when this was made until the silo is up.
        Volatile.Write(ref _seen, time.GetTimestamp());
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(Period, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Look();
        }
    }

    /// <summary>Looks whether it stood still until now.</summary>
    /// <returns>A timestamp of the present.</returns>
    public long Look()
    {
        var now = time.GetTimestamp();
        var passed = time.GetElapsedTime(Volatile.Read(ref _seen), now);
        if (passed > Shortest)
        {
            // Before the other: whoever sees that one has to see this.
            Volatile.Write(ref _doubtsUntil, now + (long)(Settling.TotalSeconds * time.TimestampFrequency));
        }

        if (passed > Precision)
        {
            Volatile.Write(ref _seen, now);
        }

        return now;
    }

    /// <summary>Whether what was taken at some time may not be so any more: the silo has stood still since then, or shortly before.</summary>
    /// <param name="taken">When it was taken: what <see cref="Look"/> has returned.</param>
    public bool Outdates(long taken)
    {
        Look();
        return taken < Volatile.Read(ref _doubtsUntil);
    }
}
