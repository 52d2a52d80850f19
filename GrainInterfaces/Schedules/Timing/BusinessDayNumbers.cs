using System.Globalization;
using System.Numerics;
using NodaTime;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Selects open days of a month by their numbers: 1 to 31 from its first open day, -1 to -31 from its last. It is a set of bits, so that it
/// is a value. Pure.
/// </summary>
internal static class BusinessDayNumbers
{
    private const int Most = 31;

    // Months with as many open days as requested may be rare.
    private const int LongestSearch = 1200;

    public static bool IsValid(ulong numbers) => (numbers & 1) == 0 && numbers >> (Most + Most + 1) == 0;

    /// <summary>Returns the set of numbers.</summary>
    /// <exception cref="InvalidTaskException">The list is empty, or a number is out of range.</exception>
    public static ulong Of(IEnumerable<int> numbers)
    {
        var set = 0UL;
        foreach (var number in numbers)
        {
            if (number is 0 or < -Most or > Most)
            {
                throw new InvalidTaskException(null,
                    [$"businessDays has {number}; 1 to {Most}, and -{Most} to -1 from the end of the month, are allowed."]);
            }

            set |= 1UL << (number > 0 ? number : Most - number);
        }

        return set != 0 ? set : throw new InvalidTaskException(null, ["businessDays is empty; it needs numbers of business days of the "
            + "month, such as 3, or -1 for the last."]);
    }

    /// <summary>Returns the numbers, from the first day to the last.</summary>
    public static IReadOnlyList<int> List(ulong numbers) =>
        [.. Enumerable.Range(1, Most).Where(n => Has(numbers, n)), .. Enumerable.Range(-Most, Most).Where(n => Has(numbers, n))];

    public static string InWords(ulong numbers)
    {
        var words = List(numbers).Select(n => n == -1 ? "last" : n < 0 ? Ordinal(-n) + "-to-last" : Ordinal(n)).ToList();
        return $"the {(words.Count == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}")} business day";
    }

    /// <summary>Returns the first instant after another that is on one of the days.</summary>
    public static PlannedInstant? Next(DateTimeOffset after, ulong numbers, ObservedCalendars calendar, DateTimeZone zone,
        Func<DateTimeOffset, PlannedInstant?> planned)
    {
        while (planned(after) is { } next)
        {
            var day = DateOnly.FromDateTime(zone.ToLocal(next.At).DateTime);
            if (FirstFrom(day, numbers, calendar) is not { } found)
            {
                return null;
            }

            if (found == day)
            {
                return next;
            }

            after = zone.ToInstant(found.ToDateTime(TimeOnly.MinValue)).AddTicks(-1);
        }

        return null;
    }

    private static DateOnly? FirstFrom(DateOnly day, ulong numbers, ObservedCalendars calendar)
    {
        for (var n = 0; n < LongestSearch && day < Latest; n++)
        {
            var days = InMonth(day, numbers, calendar) >> day.Day;
            if (days != 0)
            {
                return day.AddDays(BitOperations.TrailingZeroCount(days));
            }

            day = new DateOnly(day.Year, day.Month, 1).AddMonths(1);
        }

        return null;
    }

    private static readonly DateOnly Latest = new(9950, 1, 1);

    /// <summary>Returns the selected days of a month, as bits.</summary>
    private static uint InMonth(DateOnly day, ulong numbers, ObservedCalendars calendar)
    {
        var length = DateTime.DaysInMonth(day.Year, day.Month);
        SearchBudget.Spend(length);
        var open = Enumerable.Range(1, length).Where(d => calendar.IsOpen(new DateOnly(day.Year, day.Month, d))).ToList();
        return open.Where((_, i) => Has(numbers, i + 1) || Has(numbers, i - open.Count)).Aggregate(0U, (days, d) => days | (1U << d));
    }

    private static bool Has(ulong numbers, int number) => (numbers & (1UL << (number > 0 ? number : Most - number))) != 0;

    private static string Ordinal(int number) =>
        number.ToString(CultureInfo.InvariantCulture) + (number % 10, number is 11 or 12 or 13) switch
        {
            (1, false) => "st",
            (2, false) => "nd",
            (3, false) => "rd",
            _ => "th",
        };
}
