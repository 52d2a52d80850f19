using System.Globalization;
using CsCheck;

namespace OrleansTasks.Tests.Unit;

/// <summary>Compares cron schedules with a reference that checks every minute.</summary>
public sealed class CronReferenceTests
{
    private static readonly Gen<string> Field = Gen.OneOf(Gen.Const("*"), Gen.Int[2, 20].Select(n => "*/" + Text(n)),
        Gen.Int[0, 11].Select(Text), Gen.Select(Gen.Int[0, 5], Gen.Int[6, 11], (a, b) => $"{Text(a)}-{Text(b)}"),
        Gen.Select(Gen.Int[0, 5], Gen.Int[6, 11], (a, b) => $"{Text(a)},{Text(b)}"));

    private static readonly Gen<string> Days = Gen.OneOf(Gen.Const("*"), Gen.Int[1, 28].Select(Text),
        Gen.Select(Gen.Int[1, 14], Gen.Int[15, 31], (a, b) => $"{Text(a)}-{Text(b)}"));

    private static readonly Gen<string> Weekdays = Gen.OneOf("*", "*", "*", "1-5", "0,6", "3");

    [Fact]
    public void Cron_AnyExpression_MatchesACheckOfEveryMinute() =>
        Gen.Select(Field, Field, Days, Weekdays, Gen.OneOf("UTC", "America/New_York", "Australia/Lord_Howe", "America/Santiago"),
            Gen.Int[0, 360]).Sample((minute, hour, day, weekday, zoneId, start) =>
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
        var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(start);
        var until = from.AddDays(4);

        // These rules keep the reference simple: skipped local times do not occur, and repeated ones occur twice.
        var schedule = TaskSchedule.Cron($"{minute} {hour} {day} * {weekday}", zoneId).WhenClocksChange(GapRule.Skip, OverlapRule.Both);
        var expected = new List<DateTimeOffset>();
        for (var instant = from; instant <= until; instant = instant.AddMinutes(1))
        {
            var local = TimeZoneInfo.ConvertTime(instant, zone);
            if (Matches(minute, local.Minute, 0) && Matches(hour, local.Hour, 0) && Matches(day, local.Day, 1)
                && Matches(weekday, (int)local.DayOfWeek, 0))
            {
                expected.Add(instant);
            }
        }

        Assert.Equal(expected, schedule.Occurrences(from.AddTicks(-1), until).Where(o => o.Occurs).Select(o => o.Utc));
    }, iter: 300);

    private static bool Matches(string field, int value, int first) => field.Split(',').Any(part =>
    {
        var (range, step) = part.Split('/') is [var r, var s] ? (r, Number(s)) : (part, 1);
        var (from, to) = range == "*" ? (first, int.MaxValue) : range.Split('-') is [var a, var b] ? (Number(a), Number(b))
            : (Number(range), Number(range));
        return value >= from && value <= to && (value - from) % step == 0;
    });

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
