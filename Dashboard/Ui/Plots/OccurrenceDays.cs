namespace OrleansTasks.Ui;

/// <summary>Groups occurrences by the days of a time zone, for a calendar. Pure.</summary>
public static class OccurrenceDays
{
    /// <summary>Returns the days of whole weeks, Monday to Sunday, from the week of an instant.</summary>
    /// <param name="occurrences">The occurrences, in chronological order.</param>
    /// <param name="clock">The time zone.</param>
    /// <param name="now">An instant in the first week.</param>
    /// <param name="weeks">The number of weeks.</param>
    /// <param name="isCut">Whether there are more occurrences than these. Days after the last one are then unknown.</param>
    public static IReadOnlyList<OccurrenceDay> Of(IReadOnlyList<TaskOccurrence> occurrences, Clock clock, DateTimeOffset now, int weeks,
        bool isCut)
    {
        var today = DateOnly.FromDateTime(clock.Local(now).DateTime);
        var first = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var byDay = occurrences.ToLookup(o => DateOnly.FromDateTime(clock.Local(o.Utc).DateTime));
        var known = isCut && occurrences.Count > 0 ? DateOnly.FromDateTime(clock.Local(occurrences[^1].Utc).DateTime) : DateOnly.MaxValue;
        return [.. Enumerable.Range(0, weeks * 7).Select(i => first.AddDays(i)).Select(day => new OccurrenceDay(
            day,
            byDay[day].Count(o => o.Occurs),
            [.. byDay[day].Where(
                o => Words.Effects(o) is not null && (o.Effects & ~OccurrenceEffects.Jitter) != OccurrenceEffects.Dropped
                    && (o.Effects & ~OccurrenceEffects.Jitter) != OccurrenceEffects.None)],
            ClockChange(clock, day),
            day == today,
            day < today,
            day > known))];
    }

    /// <summary>Describes the clock change on a day; null if there is none.</summary>
    private static string? ClockChange(Clock clock, DateOnly day)
    {
        var (before, after) = (clock.Instant($"{day:yyyy-MM-dd}T00:00"), clock.Instant($"{day.AddDays(1):yyyy-MM-dd}T00:00"));
        return before is { } from && after is { } to && to - from != TimeSpan.FromDays(1)
            ? to - from < TimeSpan.FromDays(1)
                ? $"clocks go forward by {Clock.Rough(TimeSpan.FromDays(1) - (to - from))}"
                : $"clocks go back by {Clock.Rough(to - from - TimeSpan.FromDays(1))}"
            : null;
    }
}

/// <summary>Represents one day of a calendar.</summary>
/// <param name="Day">The day.</param>
/// <param name="Count">The number of occurrences on the day.</param>
/// <param name="Special">The occurrences that a clock change or a closed day affects, including dropped ones.</param>
/// <param name="ClockChange">The description of the clock change on the day; null if there is none.</param>
/// <param name="IsToday">Whether it is today.</param>
/// <param name="IsPast">Whether it is over.</param>
/// <param name="IsUnknown">Whether the day is after the last known occurrence.</param>
public sealed record OccurrenceDay(DateOnly Day, int Count, IReadOnlyList<TaskOccurrence> Special, string? ClockChange, bool IsToday,
    bool IsPast, bool IsUnknown);
