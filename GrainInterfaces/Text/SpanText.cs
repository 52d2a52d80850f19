using System.Buffers;
using System.Globalization;

namespace OrleansTasks.Text;

/// <summary>Parses all time spans in texts: bodies, schedules, settings.</summary>
/// <remarks>
/// The formats are ISO 8601 durations of weeks, days, hours, minutes and seconds (<c>PT90S</c>, <c>P1DT12H</c>, <c>PT0.5S</c>),
/// <c>hh:mm:ss</c> with any number of hours, and <c>d.hh:mm:ss</c>, each with an optional minus sign. A bare number is rejected, because it
/// does not state its unit. Months and years have no fixed length.
/// </remarks>
internal static class SpanText
{
    /// <summary>The expected form, for messages.</summary>
    public const string Form = "span of time such as PT90S, 00:01:30 or 1.00:00:00";

    private const int MaxLength = 64;
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.,");

    // This is more than the platform's type can hold.
    private const decimal Most = 9_223_372_036_854_775_807m;

    /// <summary>Parses a time span.</summary>
    public static bool TryRead(string? text, out TimeSpan span)
    {
        span = default;
        if (text is not { Length: > 0 and <= MaxLength })
        {
            return false;
        }

        var rest = text.AsSpan();
        var negative = rest[0] == '-';
        rest = negative || rest[0] == '+' ? rest[1..] : rest;
        if (!(rest.Length > 0 && rest[0] is 'P' or 'p' ? TryIso(rest[1..], out var ticks) : TryClock(rest, out ticks)) || ticks > Most)
        {
            return false;
        }

        span = TimeSpan.FromTicks(negative ? -(long)ticks : (long)ticks);
        return true;
    }

    /// <summary>Returns the fault of a text that is no time span, for the end of a sentence.</summary>
    /// <param name="text">The text.</param>
    public static string Fault(string? text)
    {
        var shown = ShownText.Quote(text);
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && text!.Length <= MaxLength)
        {
            return number >= 0 && number == Math.Truncate(number) && number <= 1_000_000_000
                ? string.Create(CultureInfo.InvariantCulture,
                    $"'{shown}' is a number without a unit. Write PT{number:0}S for seconds, PT{number:0}M for minutes, or P{number:0}D ")
                    + "for days"
                : $"'{shown}' is a number without a unit. Write it as a {Form}";
        }

        return text is { Length: > 1 } && text.TrimStart('-', '+') is ['P' or 'p', ..]
            && text.Split('T', 't')[0].AsSpan().IndexOfAny("MmYy") >= 0
            ? $"'{shown}' has months or years, which have no fixed length. Use a recurrence rule with FREQ=MONTHLY or FREQ=YEARLY, or days"
            : $"'{shown}' is not a valid {Form}";
    }

    /// <summary>Parses days, hours, minutes and seconds with their letters.</summary>
    private static bool TryIso(ReadOnlySpan<char> rest, out decimal ticks)
    {
        ticks = 0;
        var (inTime, last, parts) = (false, -1, 0);
        while (rest.Length > 0)
        {
            if (rest[0] is 'T' or 't')
            {
                if (inTime || rest.Length == 1)
                {
                    return false;
                }

                inTime = true;
                rest = rest[1..];
                continue;
            }

            if (!TryNumber(ref rest, out var number, out var isWhole) || rest.Length == 0 || Unit(rest[0], inTime) is not { } unit
                || unit.Order <= last)
            {
                return false;
            }

            last = unit.Order;
            rest = rest[1..];
            parts++;
            ticks += number * unit.Ticks;
            if (!isWhole && rest.Length > 0)
            {
                // Only the last part may have a fraction.
                return false;
            }
        }

        return parts > 0;
    }

    private static (int Order, decimal Ticks)? Unit(char letter, bool inTime) => (inTime, char.ToUpperInvariant(letter)) switch
    {
        (false, 'W') => (0, 7 * TimeSpan.TicksPerDay),
        (false, 'D') => (1, TimeSpan.TicksPerDay),
        (true, 'H') => (2, TimeSpan.TicksPerHour),
        (true, 'M') => (3, TimeSpan.TicksPerMinute),
        (true, 'S') => (4, TimeSpan.TicksPerSecond),
        _ => null,
    };

    /// <summary>Parses hours, minutes and seconds with colons, and days before a point.</summary>
    private static bool TryClock(ReadOnlySpan<char> rest, out decimal ticks)
    {
        ticks = 0;
        if (!TryDigits(ref rest, 10, out var first))
        {
            return false;
        }

        var hasDays = rest.Length > 0 && rest[0] == '.';
        var (days, hours) = hasDays ? (first, 0m) : (0m, first);
        if (hasDays)
        {
            rest = rest[1..];
            if (!TryDigits(ref rest, 2, out hours) || hours > 23)
            {
                return false;
            }
        }

        if (!TryAfterColon(ref rest, out var minutes))
        {
            return false;
        }

        var seconds = 0m;
        if (rest.Length > 0 && (!TryAfterColon(ref rest, out seconds) || (rest.Length > 0 && !TryFraction(rest, ref seconds))))
        {
            return false;
        }

        ticks = (days * TimeSpan.TicksPerDay) + (hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute)
            + Math.Truncate(seconds * TimeSpan.TicksPerSecond);
        return true;
    }

    private static bool TryAfterColon(ref ReadOnlySpan<char> rest, out decimal value)
    {
        value = 0;
        if (rest.Length < 3 || rest[0] != ':')
        {
            return false;
        }

        rest = rest[1..];
        var before = rest.Length;
        return TryDigits(ref rest, 2, out value) && before - rest.Length == 2 && value <= 59;
    }

    private static bool TryFraction(ReadOnlySpan<char> rest, ref decimal seconds)
    {
        if (rest.Length is < 2 or > 17 || rest[0] != '.')
        {
            return false;
        }

        var unit = 0.1m;
        foreach (var c in rest[1..])
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            seconds += (c - '0') * unit;
            unit /= 10;
        }

        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<char> rest, out decimal number, out bool isWhole)
    {
        var length = rest.IndexOfAnyExcept(NumberCharacters);
        length = length < 0 ? rest.Length : length;
        var digits = rest[..length];
        isWhole = digits.IndexOfAny('.', ',') < 0;
        number = 0;
        if (length is 0 or > 24 || !char.IsAsciiDigit(digits[0]) || !char.IsAsciiDigit(digits[^1])
            || digits.IndexOfAny('.', ',') != digits.LastIndexOfAny('.', ','))
        {
            return false;
        }

        var read = decimal.TryParse(digits.ToString().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out number);
        rest = rest[length..];
        return read && number < 1e15m;
    }

    private static bool TryDigits(ref ReadOnlySpan<char> rest, int most, out decimal value)
    {
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        length = length < 0 ? rest.Length : length;
        value = 0;
        if (length == 0 || length > most)
        {
            return false;
        }

        value = long.Parse(rest[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        rest = rest[length..];
        return true;
    }
}
