using NodaTime;

namespace OrleansTasks.Cli.Importing;

/// <summary>Evaluates the two day fields of a Quartz cron expression. If both are set, either one matches.</summary>
internal sealed class QuartzDays
{
    private readonly List<Func<LocalDate, bool>> _rules = [];
    private readonly List<string> _ofMonth = [];
    private readonly List<string> _ofWeek = [];

    /// <exception cref="FormatException">A field is not valid.</exception>
    public QuartzDays(string ofMonth, string ofWeek)
    {
        if (ofMonth is not ("*" or "?"))
        {
            foreach (var part in ofMonth.Split(','))
            {
                AddOfMonth(part.ToUpperInvariant());
            }
        }

        if (ofWeek is not ("*" or "?"))
        {
            foreach (var part in ofWeek.Split(','))
            {
                AddOfWeek(part.ToUpperInvariant());
            }
        }
    }

    /// <summary>Gets the day of month in the syntax of Cronos.</summary>
    public string OfMonth => _ofMonth.Count == 0 ? "*" : string.Join(',', _ofMonth);

    /// <summary>Gets the day of week in the syntax of Cronos.</summary>
    public string OfWeek => _ofWeek.Count == 0 ? "*" : string.Join(',', _ofWeek);

    /// <summary>Gets whether the expression uses the weekday nearest to a day that not all months have.</summary>
    public bool IsNearestToADayOfLongMonths { get; private set; }

    public bool AreBothNamed => _ofMonth.Count > 0 && _ofWeek.Count > 0;

    public bool Has(LocalDate day) => _rules.Count == 0 || _rules.Exists(r => r(day));

    private void AddOfMonth(string part)
    {
        if (part.StartsWith('L'))
        {
            var nearest = part.EndsWith('W');
            var offset = part.TrimStart('L').TrimEnd('W') is { Length: > 0 } rest
                ? QuartzField.Number(rest.TrimStart('-'), 0, 30, "offset")
                : 0;
            _rules.Add(day => Length(day) - offset is > 0 and var wanted && day.Day == (nearest ? Nearest(day, wanted) : wanted));
        }
        else if (part.EndsWith('W'))
        {
            var number = QuartzField.Number(part[..^1], 1, 31, "day of month");
            IsNearestToADayOfLongMonths |= number > 28;
            _rules.Add(day => day.Day == Nearest(day, Math.Min(number, Length(day))));
        }
        else
        {
            var set = QuartzField.Read(part, 1, 31, "day of month");
            _rules.Add(day => set.Contains(day.Day));

            // Write a list, because with a star both day fields would have to match.
            part = set.Count == 31 ? "1-31" : QuartzField.Write(set, 1, 31);
        }

        _ofMonth.Add(part);
    }

    private void AddOfWeek(string part)
    {
        if (part == "L")
        {
            part = "SAT";
        }

        if (part.IndexOf('#', StringComparison.Ordinal) is > 0 and var at)
        {
            var weekday = QuartzField.Number(part[..at], 1, 7, "day of week");
            var nth = QuartzField.Number(part[(at + 1)..], 1, 5, "number of a weekday");
            _rules.Add(day => WeekdayOf(day) == weekday && (day.Day - 1) / 7 == nth - 1);
            _ofWeek.Add($"{QuartzField.Weekdays[weekday - 1]}#{nth}");
        }
        else if (part.EndsWith('L'))
        {
            var weekday = QuartzField.Number(part[..^1], 1, 7, "day of week");
            _rules.Add(day => WeekdayOf(day) == weekday && day.Day > Length(day) - 7);
            _ofWeek.Add(FormattableString.Invariant($"{weekday - 1}L"));
        }
        else
        {
            var set = QuartzField.Read(part, 1, 7, "day of week");
            _rules.Add(day => set.Contains(WeekdayOf(day)));
            _ofWeek.Add(set.Count == 7 ? "SUN-SAT" : QuartzField.Write(set, 1, 7, static n => QuartzField.Weekdays[n - 1]));
        }
    }

    private static int Length(LocalDate day) => CalendarSystem.Iso.GetDaysInMonth(day.Year, day.Month);

    // Quartz numbers weekdays from 1 for Sunday.
    private static int WeekdayOf(LocalDate day) => ((int)day.DayOfWeek % 7) + 1;

    /// <summary>Returns the weekday nearest to a day, within the same month.</summary>
    private static int Nearest(LocalDate month, int day) => new LocalDate(month.Year, month.Month, day).DayOfWeek switch
    {
        IsoDayOfWeek.Saturday => day == 1 ? 3 : day - 1,
        IsoDayOfWeek.Sunday => day == Length(month) ? day - 2 : day + 1,
        _ => day,
    };
}
