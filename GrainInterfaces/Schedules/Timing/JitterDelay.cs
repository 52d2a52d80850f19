using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Delays that look random and are the same whoever computes them.</summary>
internal static class JitterDelay
{
    public static ulong SeedOf(string task) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(task)));

    /// <summary>The first instant after another when all are put off by the same part of <paramref name="jitter"/>, also those that are dropped.</summary>
    public static PlannedInstant? NextFixed(DateTimeOffset after, TimeSpan jitter, ulong seed, Func<DateTimeOffset, PlannedInstant?> planned)
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

    /// <summary>The first instant after another when each comes earlier or later by less than <paramref name="jitter"/>, and less than half the time to its neighbour.</summary>
    /// <param name="after">The instant.</param>
    /// <param name="jitter">The most.</param>
    /// <param name="seed">That of the task.</param>
    /// <param name="notBefore">What is planned for after this instant does not come before it.</param>
    /// <param name="planned">The first planned instant after another.</param>
    public static PlannedInstant? NextAround(DateTimeOffset after, TimeSpan jitter, ulong seed, DateTimeOffset? notBefore, Func<DateTimeOffset, PlannedInstant?> planned)
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
        return Moved(planned, Part(seed ^ (ulong)planned.At.UtcTicks, most));
    }

    private static PlannedInstant Around(PlannedInstant planned, TimeSpan jitter, ulong seed, DateTimeOffset? before, DateTimeOffset? next)
    {
        if (!planned.Occurs)
        {
            return planned;
        }

        // One bit says to which side, the others how far.
        var draw = Mix(seed ^ (ulong)planned.At.UtcTicks);
        var isEarlier = draw >> 63 == 0;
        var most = (isEarlier ? planned.At - before : next - planned.At) / 2 is { } half && half < jitter ? half : jitter;
        var distance = (long)((UInt128)(draw << 1) * (UInt128)most.Ticks >> 64);
        return Moved(planned, isEarlier ? -distance : distance);
    }

    /// <summary>A part of a time: one that is less.</summary>
    private static long Part(ulong draw, TimeSpan most) => (long)((UInt128)Mix(draw) * (UInt128)most.Ticks >> 64);

    private static PlannedInstant Moved(PlannedInstant planned, long ticks) =>
        ticks == 0 || planned.At.UtcTicks + ticks < 0 || planned.At.UtcTicks + ticks > DateTimeOffset.MaxValue.UtcTicks ? planned : planned with { At = planned.At.AddTicks(ticks), Effects = planned.Effects | OccurrenceEffects.Jitter };

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
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
