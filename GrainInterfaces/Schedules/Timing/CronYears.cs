using System.Globalization;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Represents the years of a cron expression of seven fields: a list of years, ranges and steps.</summary>
internal sealed class CronYears
{
    /// <summary>The first year. As in Quartz, it is the year of the epoch of most clocks.</summary>
    public const int First = 1970;

    /// <summary>The last year, after which the search ends.</summary>
    public const int Last = 2499;

    private readonly bool[] _has = new bool[Last - First + 1];

    private CronYears()
    {
    }

    /// <summary>Parses the field.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The years, or null for all.</returns>
    /// <exception cref="FormatException">The field is not valid. The message says why.</exception>
    public static CronYears? Parse(string field)
    {
        if (field == "*")
        {
            return null;
        }

        var years = new CronYears();
        foreach (var item in field.Split(','))
        {
            years.Add(item);
        }

        return years;
    }

    /// <summary>Returns the first year from a given one on, or null if there is none.</summary>
    public int? From(int year) =>
        Array.IndexOf(_has, true, Math.Clamp(year - First, 0, _has.Length)) is >= 0 and var found ? First + found : null;

    private void Add(string item)
    {
        var parts = item.Split('/');
        var ends = parts[0].Split('-');
        if (parts.Length > 2 || ends.Length > 2)
        {
            throw NotValid(item);
        }

        var (first, last) = (First, Last);
        if (parts[0] != "*")
        {
            first = YearOf(ends[0], item);
            last = ends.Length == 2 ? YearOf(ends[1], item) : parts.Length == 2 ? Last : first;
        }

        var step = parts.Length == 2 ? Number(parts[1]) ?? throw NotValid(item) : 1;
        if (first > last || step is < 1 or > Last - First)
        {
            throw NotValid(item);
        }

        for (var year = first; year <= last; year += step)
        {
            _has[year - First] = true;
        }
    }

    private static int YearOf(string text, string item) => Number(text) is >= First and <= Last and var year ? year : throw NotValid(item);

    private static int? Number(string text) =>
        text.Length <= 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static FormatException NotValid(string item) => new($"in the year, '{ShownText.Of(item, 40)}' is not a year or a range of "
        + $"years from {First} to {Last}, such as 2030, 2027-2030, 2027,2029 or 2027/2");
}
