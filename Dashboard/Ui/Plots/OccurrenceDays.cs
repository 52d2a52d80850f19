namespace OrleansTasks.Ui;

/// <summary>Occurrences by the days of a zone, for a calendar. Pure.</summary>
public static class OccurrenceDays
{
    /// <summary>Whole weeks from the one of an instant on, from Monday to Sunday.</summary>
    /// <param name="occurrences">The occurrences, in their order.</param>
    /// <param name="clock">The zone.</param>
    /// <param name="now">An instant of the first week.</param>
    /// <param name="weeks">How many weeks.</param>
    /// <param name="isCut">Whether there are more occurrences than these; days after the last of them are not known then.</param>
    public static IReadOnlyList<OccurrenceDay> Of(IReadOnlyList<TaskOccurrence> occurrences, Clock clock, DateTimeOffset now, int weeks, bool isCut)
    {
        var today = DateOnly.FromDateTime(clock.Local(now).DateTime);
        var first = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var byDay = occurrences.ToLookup(o => DateOnly.FromDateTime(clock.Local(o.Utc).DateTime));
        var known = isCut && occurrences.Count > 0 ? DateOnly.FromDateTime(clock.Local(occurrences[^1].Utc).DateTime) : DateOnly.MaxValue;
        return [.. Enumerable.Range(0, weeks * 7).Select(i => first.AddDays(i)).Select(day => new OccurrenceDay(
            day,
            byDay[day].Count(o => o.Occurs),
            [.. byDay[day].Where(o => Words.Effects(o) is not null && (o.Effects & ~OccurrenceEffects.Jitter) != OccurrenceEffects.Dropped && (o.Effects & ~OccurrenceEffects.Jitter) != OccurrenceEffects.None)],
            ClockChange(clock, day),
            day == today,
            day < today,
            day > known))];
    }

    /// <summary>How clocks change on a day; null if they do not.</summary>
    private static string? ClockChange(Clock clock, DateOnly day)
    {
        var (before, after) = (clock.Instant($"{day:yyyy-MM-dd}T00:00"), clock.Instant($"{day.AddDays(1):yyyy-MM-dd}T00:00"));
        return before is { } from && after is { } to && to - from != TimeSpan.FromDays(1)
            ? to - from < TimeSpan.FromDays(1) ? $"clocks go forward by {Clock.Rough(TimeSpan.FromDays(1) - (to - from))}" : $"clocks go back by {Clock.Rough(to - from - TimeSpan.FromDays(1))}"
            : null;
    }
}

/// <summary>One day of a calendar.</summary>
/// <param name="Day">The day.</param>
/// <param name="Count">How many occurrences it has.</param>
/// <param name="Special">Those that a clock change or a closed day has a say in, dropped ones among them.</param>
/// <param name="ClockChange">How clocks change on it; null if they do not.</param>
/// <param name="IsToday">Whether it is today.</param>
/// <param name="IsPast">Whether it is over.</param>
/// <param name="IsUnknown">Whether it lies beyond what was looked up.</param>
public sealed record OccurrenceDay(DateOnly Day, int Count, IReadOnlyList<TaskOccurrence> Special, string? ClockChange, bool IsToday, bool IsPast, bool IsUnknown);
