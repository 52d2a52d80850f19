using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Converts periods that are counted on a calendar and not in elapsed time (<c>P1M</c>; in a zone, also <c>P1D</c>) to the rules that they
/// abbreviate.
/// </summary>
internal static class CalendarPeriod
{
    public const string Form = "period of whole days, weeks, months or years, such as P1D or P1M";

    // No period is longer than a hundred years. The rule's own bounds are exact.
    private const int MaxDigits = 6;

    public static string RuleOfMonths(int months) =>
        string.Create(CultureInfo.InvariantCulture, $"RSCALE=GREGORIAN;FREQ=MONTHLY;INTERVAL={months};SKIP=BACKWARD");

    /// <summary>Decides whether a text contains months or years, which have no fixed length.</summary>
    public static bool HasMonths(string? text) => text is ['P' or 'p', ..] && text.Split('T', 't')[0].AsSpan().IndexOfAny("YyMm") >= 0;

    /// <summary>Returns the rule of a period of one unit, or of years and months together.</summary>
    /// <param name="text">An ISO 8601 duration.</param>
    /// <returns>The rule, or null if the text does not specify such a period.</returns>
    public static string? RuleOf(string? text)
    {
        if (text is not ['P' or 'p', .. var rest])
        {
            return null;
        }

        var parts = new Dictionary<char, int>();
        while (rest.Length > 0)
        {
            var digits = rest.AsSpan().IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > MaxDigits
                || !parts.TryAdd(char.ToUpperInvariant(rest[digits]), int.Parse(rest.AsSpan(0, digits), CultureInfo.InvariantCulture)))
            {
                return null;
            }

            rest = rest[(digits + 1)..];
        }

        return (parts.Count, parts.GetValueOrDefault('D'), parts.GetValueOrDefault('W'), parts.GetValueOrDefault('M'),
            parts.GetValueOrDefault('Y')) switch
        {
            (1, > 0 and var days, _, _, _) => string.Create(CultureInfo.InvariantCulture, $"FREQ=DAILY;INTERVAL={days}"),
            (1, _, > 0 and var weeks, _, _) => string.Create(CultureInfo.InvariantCulture, $"FREQ=WEEKLY;INTERVAL={weeks}"),
            (1, _, _, > 0 and var months, _) => RuleOfMonths(months),
            (1, _, _, _, > 0 and var years) =>
                string.Create(CultureInfo.InvariantCulture, $"RSCALE=GREGORIAN;FREQ=YEARLY;INTERVAL={years};SKIP=BACKWARD"),
            (2, _, _, > 0 and var months, > 0 and var years) => RuleOfMonths((12 * years) + months),
            _ => null,
        };
    }
}
