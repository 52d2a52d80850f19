using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansTasks;

/// <summary>Delays that look random and are the same whoever computes them.</summary>
internal static class JitterDelay
{
    public static ulong SeedOf(string task) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(task)));

    /// <summary>The first instant after another when each is put off by less than <paramref name="jitter"/> and less than the time to the next.</summary>
    public static PlannedInstant? Next(DateTimeOffset after, TimeSpan jitter, ulong seed, Func<DateTimeOffset, PlannedInstant?> planned)
    {
        // The last one before may have been put off to a later instant.
        var next = LastUpTo(after, jitter, planned) ?? planned(after);
        while (next is { } current)
        {
            next = planned(current.At);
            var delayed = Delay(current, jitter, seed, next?.At);
            if (delayed.At > after)
            {
                return delayed;
            }
        }

        return null;
    }

    private static PlannedInstant Delay(PlannedInstant planned, TimeSpan jitter, ulong seed, DateTimeOffset? next)
    {
        if (!planned.Occurs)
        {
            return planned;
        }

        var most = next - planned.At is { } distance && distance < jitter ? distance : jitter;
        var delay = (long)(Mix(seed ^ (ulong)planned.At.UtcTicks) * ((UInt128)most.Ticks) >> 64);
        return delay == 0 || planned.At > DateTimeOffset.MaxValue - jitter ? planned : planned with { At = planned.At.AddTicks(delay), Effects = planned.Effects | OccurrenceEffects.Jitter };
    }

    /// <summary>The last planned instant up to an instant, if it is no longer ago than the jitter reaches.</summary>
    private static PlannedInstant? LastUpTo(DateTimeOffset instant, TimeSpan jitter, Func<DateTimeOffset, PlannedInstant?> planned)
    {
        for (var back = Math.Min(TimeSpan.TicksPerMillisecond, jitter.Ticks); ; back = Math.Min(2 * back, jitter.Ticks))
        {
            var from = instant.UtcTicks - back;
            if (from < 0)
            {
                return null;
            }

            if (planned(new DateTimeOffset(from, TimeSpan.Zero)) is { } found && found.At <= instant)
            {
                while (planned(found.At) is { } later && later.At <= instant)
                {
                    found = later;
                }

                return found;
            }

            if (back == jitter.Ticks)
            {
                return null;
            }
        }
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood: Fast splittable pseudorandom number generators, 2014).
    private static UInt128 Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
