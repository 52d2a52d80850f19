using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Computes delays that look random and are the same in every process.</summary>
internal static class JitterDelay
{
    public static ulong SeedOf(string task) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(task)));

    /// <summary>
    /// Returns the first instant after another when all instants, including dropped ones, are delayed by the same part of <paramref
    /// name="jitter"/>.
    /// </summary>
    public static PlannedInstant? NextFixed(DateTimeOffset after, TimeSpan jitter, ulong seed,
        Func<DateTimeOffset, PlannedInstant?> planned)
    {
        var delay = Part(seed, jitter);
        var from = after.UtcTicks > delay ? after.AddTicks(-delay) : DateTimeOffset.MinValue;
        while (planned(from) is { } next)
        {
            var moved = Moved(next, delay);
            if (moved.At > after)
            {
                return moved;
            }

            from = next.At;
        }

        return null;
    }

    /// <summary>
    /// Returns the first instant after another when each instant moves earlier or later by less than <paramref name="jitter"/>, and by less
    /// than half the time to its neighbor.
    /// </summary>
    /// <param name="after">The instant.</param>
    /// <param name="jitter">The maximum.</param>
    /// <param name="seed">The task's seed.</param>
    /// <param name="notBefore">Instants that are planned for after this one do not move to before it.</param>
    /// <param name="planned">Returns the first planned instant after another.</param>
    public static PlannedInstant? NextAround(DateTimeOffset after, TimeSpan jitter, ulong seed, DateTimeOffset? notBefore,
        Func<DateTimeOffset, PlannedInstant?> planned)
    {
        if ((LastUpTo(after, jitter, planned) ?? planned(after)) is not { } current)
        {
            return null;
        }

        var before = LastUpTo(current.At.AddTicks(-1), 2 * jitter, planned)?.At;
        while (true)
        {
            var next = planned(current.At);
            var moved = Around(current, jitter, seed, before, next?.At);
            moved = moved.At <= notBefore ? current : moved;
            if (moved.At > after)
            {
                return moved;
            }

            if (next is not { } following)
            {
                return null;
            }

            (before, current) = (current.At, following);
        }
    }

    /// <summary>
    /// Returns the first instant after another when each is delayed by less than <paramref name="jitter"/> and by less than the time to the
    /// next.
    /// </summary>
    public static PlannedInstant? Next(DateTimeOffset after, TimeSpan jitter, ulong seed, Func<DateTimeOffset, PlannedInstant?> planned)
    {
        // The last instant before may have been delayed to a later one.
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
        return Moved(planned, Part(seed ^ (ulong)planned.At.UtcTicks, most));
    }

    private static PlannedInstant Around(PlannedInstant planned, TimeSpan jitter, ulong seed, DateTimeOffset? before, DateTimeOffset? next)
    {
        if (!planned.Occurs)
        {
            return planned;
        }

        // One bit determines the direction, and the others the distance.
        var draw = Mix(seed ^ (ulong)planned.At.UtcTicks);
        var isEarlier = draw >> 63 == 0;
        var most = (isEarlier ? planned.At - before : next - planned.At) / 2 is { } half && half < jitter ? half : jitter;
        var distance = (long)((UInt128)(draw << 1) * (UInt128)most.Ticks >> 64);
        return Moved(planned, isEarlier ? -distance : distance);
    }

    /// <summary>Returns a part of a time, which is less than the time.</summary>
    private static long Part(ulong draw, TimeSpan most) => (long)((UInt128)Mix(draw) * (UInt128)most.Ticks >> 64);

    private static PlannedInstant Moved(PlannedInstant planned, long ticks) =>
        ticks == 0 || planned.At.UtcTicks + ticks < 0 || planned.At.UtcTicks + ticks > DateTimeOffset.MaxValue.UtcTicks
            ? planned
            : planned with { At = planned.At.AddTicks(ticks), Effects = planned.Effects | OccurrenceEffects.Jitter };

    /// <summary>Returns the last planned instant up to an instant, if the jitter can reach that far.</summary>
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
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
