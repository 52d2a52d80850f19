using System.Globalization;

namespace OrleansTasks.Text;

/// <summary>Parses all instants and local times in texts: bodies, queries, schedules, settings.</summary>
/// <remarks>
/// The format is ISO 8601, as in RFC 3339: <c>2030-01-31T09:00:00Z</c>, <c>2030-01-31T09:00:00+01:00</c>; seconds and the time may be
/// omitted. A text without an offset is read in UTC, or in the zone that its context specifies, never in that of the machine. Dates with
/// slashes, which are ambiguous, are rejected.
/// </remarks>
internal static class InstantText
{
    /// <summary>The expected form, for messages.</summary>
    public const string Form = "instant such as 2030-01-31T09:00:00Z";

    private const int MaxLength = 64;

    /// <summary>Parses an instant. Without an offset it is in UTC.</summary>
    public static bool TryRead(string? text, out DateTimeOffset instant)
    {
        instant = default;
        if (!TryRead(text, out var local, out var offset))
        {
            return false;
        }

        var ticks = local.Ticks - (offset?.Ticks ?? 0);
        if (ticks < DateTimeOffset.MinValue.UtcTicks || ticks > DateTimeOffset.MaxValue.UtcTicks)
        {
            return false;
        }

        instant = new DateTimeOffset(local.Ticks, offset ?? TimeSpan.Zero);
        return true;
    }

    /// <summary>Parses a date and a time, and the offset if there is one.</summary>
    public static bool TryRead(string? text, out DateTime local, out TimeSpan? offset)
    {
        (local, offset) = (default, null);
        if (text is not { Length: >= 10 and <= MaxLength })
        {
            return false;
        }

        var rest = text.AsSpan();
        if (!TryDate(ref rest, out var date))
        {
            return false;
        }

        var time = 0L;
        if (rest.Length > 0)
        {
            if (rest[0] is not ('T' or 't' or ' '))
            {
                return false;
            }

            rest = rest[1..];
            if (!TryTime(ref rest, out time) || !TryOffset(rest, out offset))
            {
                return false;
            }
        }

        local = date.AddTicks(time);
        return true;
    }

    private static bool TryDate(ref ReadOnlySpan<char> rest, out DateTime date)
    {
        var read = DateTime.TryParseExact(rest[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
        rest = rest[10..];
        return read;
    }

    private static bool TryTime(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (!TryTwo(ref rest, 23, out var hour) || !TryTake(ref rest, ':') || !TryTwo(ref rest, 59, out var minute))
        {
            return false;
        }

        ticks = (hour * TimeSpan.TicksPerHour) + (minute * TimeSpan.TicksPerMinute);
        if (!TryTake(ref rest, ':'))
        {
            return true;
        }

        if (!TryTwo(ref rest, 59, out var second))
        {
            return false;
        }

        ticks += second * TimeSpan.TicksPerSecond;
        return !TryTake(ref rest, '.') || TryFraction(ref rest, ref ticks);
    }

    private static bool TryFraction(ref ReadOnlySpan<char> rest, ref long ticks)
    {
        var digits = 0;
        for (var unit = TimeSpan.TicksPerSecond / 10; rest.Length > 0 && char.IsAsciiDigit(rest[0]); unit /= 10, digits++)
        {
            // Digits beyond a tick are ignored.
            ticks += (rest[0] - '0') * unit;
            rest = rest[1..];
        }

        return digits > 0;
    }

    private static bool TryOffset(ReadOnlySpan<char> rest, out TimeSpan? offset)
    {
        offset = null;
        if (rest.Length == 0)
        {
            return true;
        }

        if (rest is "Z" or "z")
        {
            offset = TimeSpan.Zero;
            return true;
        }

        var sign = rest[0] switch { '+' => 1, '-' => -1, _ => 0 };
        rest = rest[1..];
        if (sign == 0 || !TryTwo(ref rest, 14, out var hours))
        {
            return false;
        }

        var minutes = 0;
        if (rest.Length > 0)
        {
            TryTake(ref rest, ':');
            if (!TryTwo(ref rest, 59, out minutes))
            {
                return false;
            }
        }

        var total = (60 * hours) + minutes;
        offset = TimeSpan.FromMinutes(sign * total);
        return rest.Length == 0 && total <= 14 * 60;
    }

    private static bool TryTwo(ref ReadOnlySpan<char> rest, int most, out int value)
    {
        value = 0;
        if (rest.Length < 2 || !char.IsAsciiDigit(rest[0]) || !char.IsAsciiDigit(rest[1]))
        {
            return false;
        }

        value = ((rest[0] - '0') * 10) + rest[1] - '0';
        rest = rest[2..];
        return value <= most;
    }

    private static bool TryTake(ref ReadOnlySpan<char> rest, char expected)
    {
        if (rest.Length == 0 || rest[0] != expected)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }
}
