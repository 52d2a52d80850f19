using NodaTime;
using NodaTime.TimeZones;

namespace OrleansTasks.Cli.Importing;

/// <summary>
/// Evaluates a cron expression by the rules of Quartz.NET. Fields begin with seconds and end with years, and weekdays begin with 1 for
/// Sunday. If both the day of month and the day of week are set, either one matches. An occurrence at a skipped time moves to the end of
/// the gap. A repeated time occurs twice if seconds, minutes or hours have <c>*</c>, a range or a step.
/// </summary>
internal sealed class QuartzCron
{
    private const int LastYear = 2200;
    private readonly string[] _fields;
    private readonly SortedSet<int> _seconds;
    private readonly SortedSet<int> _minutes;
    private readonly SortedSet<int> _hours;
    private readonly SortedSet<int> _months;
    private readonly SortedSet<int>? _years;
    private readonly QuartzDays _days;

    /// <exception cref="FormatException">The expression is not valid, or uses a feature that is not supported.</exception>
    public QuartzCron(string expression)
    {
        _fields = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (_fields.Length is not (6 or 7))
        {
            throw new FormatException($"'{expression}' has {_fields.Length} fields; six or seven are allowed");
        }

        _seconds = QuartzField.Read(_fields[0], 0, 59, "second");
        _minutes = QuartzField.Read(_fields[1], 0, 59, "minute");
        _hours = QuartzField.Read(_fields[2], 0, 23, "hour");
        _days = new QuartzDays(_fields[3], _fields[5]);
        _months = QuartzField.Read(_fields[4], 1, 12, "month");
        _years = _fields.Length == 7 && _fields[6] is not ("*" or "?") ? QuartzField.Read(_fields[6], 1970, LastYear, "year") : null;
        IsInterval = _fields[..3].Any(static f => f.AsSpan().IndexOfAny("*-/?") >= 0);
    }

    /// <summary>Gets whether repeated times occur twice.</summary>
    public bool IsInterval { get; }

    /// <summary>Gets the difference from this library's behavior, or null if there is none.</summary>
    public string? Difference => _days.IsNearestToADayOfLongMonths
        ? "in a month without that day, Quartz uses the last weekday; here, there is no occurrence in that month. LW is the last "
            + "weekday of every month"
        : null;

    /// <summary>Returns the equivalent schedule of this library.</summary>
    public TaskSchedule ToSchedule(string? timeZone)
    {
        var expression =
            $"{Same(0, _seconds, 0, 59)} {Same(1, _minutes, 0, 59)} {Same(2, _hours, 0, 23)} {_days.OfMonth} {Same(4, _months, 1, 12)} "
                + $"{_days.OfWeek}{(_years is null ? "" : $" {_fields[6]}")}";
        return TaskSchedule.Cron(expression, timeZone, _days.AreBothNamed ? CronDays.Either : CronDays.Both)
            .WhenClocksChange(GapRule.FirstValid, IsInterval ? OverlapRule.Both : OverlapRule.First);
    }

    /// <summary>Returns the instants after another instant.</summary>
    public IEnumerable<DateTimeOffset> After(DateTimeOffset instant, DateTimeZone zone)
    {
        var after = Instant.FromDateTimeOffset(instant);
        for (var day = after.InZone(zone).Date; day.Year <= LastYear; day = day.PlusDays(1))
        {
            if (_years?.Contains(day.Year) == false)
            {
                if (_years.Max < day.Year)
                {
                    yield break;
                }

                continue;
            }

            if (!_months.Contains(day.Month) || !_days.Has(day))
            {
                continue;
            }

            foreach (var at in InstantsOf(day, zone).Where(i => i > after))
            {
                after = at;
                yield return at.ToDateTimeOffset();
            }
        }
    }

    private IEnumerable<Instant> InstantsOf(LocalDate day, DateTimeZone zone)
    {
        var times = from hour in _hours from minute in _minutes from second in _seconds select day.At(new LocalTime(hour, minute, second));

        // On most days clocks do not change, so the times are already in order.
        var (first, last) = (zone.MapLocal(day.At(LocalTime.Midnight)), zone.MapLocal(day.At(new LocalTime(23, 59, 59))));
        return first.Count == 1 && last.Count == 1 && first.EarlyInterval == last.EarlyInterval
            ? times.Select(t => t.InZone(zone, Resolvers.LenientResolver).ToInstant())
            : times.SelectMany(t => Map(t, zone)).Distinct().Order();
    }

    private IEnumerable<Instant> Map(LocalDateTime local, DateTimeZone zone)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count switch
        {
            0 => [mapping.LateInterval.Start],
            1 => [mapping.Single().ToInstant()],
            _ => IsInterval ? [mapping.First().ToInstant(), mapping.Last().ToInstant()] : [mapping.First().ToInstant()],
        };
    }

    /// <summary>Returns a field as written if it means the same in this library, and its numbers otherwise.</summary>
    private string Same(int field, SortedSet<int> set, int least, int most)
    {
        var text = _fields[field];
        return text.StartsWith('/') || text.Contains(",/", StringComparison.Ordinal) || text.Contains('?', StringComparison.Ordinal)
            || text.Contains('-', StringComparison.Ordinal) ? QuartzField.Write(set, least, most) : text;
    }
}
