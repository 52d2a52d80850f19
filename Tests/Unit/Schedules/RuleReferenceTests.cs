using System.Globalization;
using CsCheck;
using NodaTime;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Compares recurrence rules with <see cref="RuleReference"/>, in zones with different clock changes, from starts around the changes.
/// </summary>
public sealed class RuleReferenceTests
{
    // Local times near clock changes: by an hour, by half an hour, for the month of Ramadan, and by leaving out a day.
    private static readonly (string Zone, string[] Changes)[] Places =
    [
        ("Europe/Amsterdam", ["2026-03-29T02:30:00", "2026-10-25T02:30:00", "2020-10-25T02:00:00"]),
        ("America/New_York", ["2026-03-08T02:30:00", "2026-11-01T01:30:00"]),
        ("Australia/Lord_Howe", ["2026-10-04T02:15:00", "2026-04-05T01:45:00"]),
        ("Africa/Casablanca", ["2026-02-15T02:30:00", "2026-03-22T02:30:00"]),
        ("Pacific/Apia", ["2011-12-29T23:00:00", "2011-12-31T00:30:00"]),
        ("UTC", ["2027-12-30T09:00:00", "2028-02-28T23:59:59", "2021-01-01T10:00:00"]),
    ];

    private static readonly Gen<string> Hours = Lists(Gen.Int[0, 23], Gen.Int[1, 3]);
    private static readonly Gen<string> Sixties = Lists(Gen.OneOf(Gen.Int[0, 59], Gen.OneOf(0, 30)), Gen.OneOf(0, 59, 30));
    private static readonly Gen<string> Months = Lists(Gen.Int[1, 12], Gen.Int[2, 4]);
    private static readonly Gen<string> MonthDays = Lists(Gen.OneOf(Gen.Int[1, 31], Gen.Int[-31, -1]), Gen.OneOf(1, 28, 29, 30, 31, -1));
    private static readonly Gen<string> YearDays = Lists(Gen.OneOf(Gen.Int[1, 366], Gen.Int[-366, -1]), Gen.OneOf(1, 60, 366, -1));
    private static readonly Gen<string> Weeks = Lists(Gen.OneOf(Gen.Int[1, 53], Gen.Int[-53, -1]), Gen.OneOf(1, 52, 53, -1));
    private static readonly Gen<string> Days = Lists(Gen.OneOf("MO", "TU", "WE", "TH", "FR", "SA", "SU"), Gen.OneOf("MO", "SU"));
    private static readonly Gen<string> NumberedDays = Lists(
        Gen.Select(Gen.OneOf("", "", "1", "2", "5", "-1", "-5", "+3"), Gen.OneOf("MO", "WE", "FR", "SU"), (n, d) => n + d),
        Gen.OneOf("1MO", "-1FR"));
    private static readonly Gen<string> Positions = Lists(Gen.OneOf(1, 2, 3, -1, -2, 7, -30), Gen.OneOf(1, -1));

    private static readonly Gen<string> Rules = Gen.OneOf(
        Gen.Select(Of("YEARLY", 3), Maybe("BYMONTH", Months), Maybe("BYWEEKNO", Weeks, 4), Maybe("BYYEARDAY", YearDays, 4),
            Maybe("BYMONTHDAY", MonthDays, 3), Maybe("BYDAY", NumberedDays, 3), Times, More(skips: true), Join),
        Gen.Select(Of("MONTHLY", 5), Maybe("BYMONTH", Months, 4), Maybe("BYMONTHDAY", MonthDays), Maybe("BYDAY", NumberedDays), Times,
            More(skips: true), Join),
        Gen.Select(Of("WEEKLY", 4), Maybe("BYMONTH", Months, 4), Maybe("BYDAY", Days), Times, More(), Join),
        Gen.Select(Of("DAILY", 10), Maybe("BYMONTH", Months, 4), Maybe("BYMONTHDAY", MonthDays, 3), Maybe("BYDAY", Days), Times, More(),
            Join),
        Gen.Select(Of("HOURLY", 30), Maybe("BYMONTHDAY", MonthDays, 4), Maybe("BYDAY", Days, 3), Times, More(), Join),
        Gen.Select(Of("MINUTELY", 200), Maybe("BYDAY", Days, 4), Times, More(), Join),
        Gen.Select(Of("SECONDLY", 9000), Maybe("BYYEARDAY", YearDays, 6), Times, More(), Join));

    private static Gen<string> Times =>
        Gen.Select(Maybe("BYHOUR", Hours, 3), Maybe("BYMINUTE", Sixties, 3), Maybe("BYSECOND", Sixties, 4), (a, b, c) => a + b + c);

    [Fact]
    public void Occurrences_OfAnyRule_MatchTheReference()
    {
        var (compared, found) = (0, 0);
        Gen.Select(Rules, Gen.Int[0, Places.Length - 1], Gen.Int[0, 2], Gen.Int[-90, 90], GapOf, OverlapOf).Sample(
            (rule, place, change, minutes, gap, overlap) =>
            {
                // Examples elsewhere cover what replaces missing days of a year and days in weeks.
                if (FaultOf(rule) is not null
                    || (rule.Contains("SKIP", StringComparison.Ordinal)
                        && (rule.Contains("BYYEARDAY", StringComparison.Ordinal) || rule.Contains("BYWEEKNO", StringComparison.Ordinal))))
                {
                    return;
                }

                var (zone, changes) = Places[place];
                var start = DateTime.Parse(changes[change % changes.Length], CultureInfo.InvariantCulture).AddMinutes(minutes / 15 * 15);
                var until = start + HorizonOf(rule);
                var expected = new RuleReference(rule, start).Instants(until, TimeZones.Get(zone), gap, overlap);
                TaskSchedule schedule;
                try
                {
                    schedule = TaskSchedule.Calendar(rule, start, zone).WhenClocksChange(gap, overlap);
                }
                catch (InvalidTaskException e) when (e.Message.Contains("never occurs.", StringComparison.Ordinal))
                {
                    Assert.Empty(expected);
                    return;
                }

                // Leaves out the last hours, as clocks may repeat some of them.
                var last = TimeZones.Get(zone).MapLocal(LocalDateTime.FromDateTime(until));
                var end = (last.Count == 0 ? last.LateInterval.Start : last.First().ToInstant()).ToDateTimeOffset().AddHours(-2);
                var actual = schedule.Occurrences(DateTimeOffset.MinValue, end).Where(o => o.Occurs).Take(400).Select(o => o.Utc).ToList();
                Assert.Equal(expected.Where(t => t <= end).Take(400), actual);
                foreach (var (one, next) in actual.Zip(actual.Skip(1)).Where((_, n) => n % 7 == 3))
                {
                    Assert.Equal(next, TaskSchedule.Calendar(rule, start, zone).WhenClocksChange(gap, overlap).NextAfter(one));
                    Assert.Equal(next, schedule.NextAfter(next.AddTicks(-1)));
                }

                Interlocked.Increment(ref compared);
                Interlocked.Add(ref found, actual.Count);
            },
            iter: 600, threads: 1);

        // Most of the generated rules are valid and occur.
        Assert.True(compared > 200 && found > 3_000, $"{compared} rules with {found} occurrences");
    }

    private static Gen<GapRule?> GapOf => Gen.OneOf<GapRule?>(null, null, GapRule.FirstValid, GapRule.Shift, GapRule.Skip);

    private static Gen<OverlapRule?> OverlapOf =>
        Gen.OneOf<OverlapRule?>(null, null, OverlapRule.First, OverlapRule.Second, OverlapRule.Both);

    private static Gen<string> Of(string frequency, int longest) =>
        Gen.OneOf(Gen.Const(1), Gen.Int[1, 3], Gen.Int[1, longest]).Select(n => $"FREQ={frequency}" + (n == 1 ? "" : $";INTERVAL={n}"));

    private static Gen<string> More(bool skips = false) => Gen.Select(
        Maybe("BYSETPOS", Positions, 4),
        Maybe("WKST", Gen.OneOf("SU", "MO", "TH"), 3),
        Maybe("COUNT", Gen.Int[1, 30].Select(n => n.ToString(CultureInfo.InvariantCulture)), 4),
        skips ? Gen.OneOf("", "", "", ";RSCALE=GREGORIAN;SKIP=BACKWARD", ";RSCALE=GREGORIAN;SKIP=FORWARD") : Gen.Const(""),
        (a, b, c, d) => a + b + c + d);

    private static Gen<string> Maybe(string part, Gen<string> values, int oneIn = 2) =>
        Gen.Select(Gen.Int[1, oneIn], values, (n, text) => n == 1 ? $";{part}={text}" : "");

    private static Gen<string> Lists<T>(Gen<T> some, Gen<T> usual) =>
        Gen.OneOf(usual.Array[1, 2], some.Array[1, 4]).Select(values => string.Join(',', values));

    private static string Join(string a, string b, string c, string d) => a + b + c + d;

    private static string Join(string a, string b, string c, string d, string e) => a + b + c + d + e;

    private static string Join(string a, string b, string c, string d, string e, string f) => a + b + c + d + e + f;

    private static string Join(string a, string b, string c, string d, string e, string f, string g, string h) =>
        a + b + c + d + e + f + g + h;

    private static TimeSpan HorizonOf(string rule) => rule.Split(';')[0] switch
    {
        "FREQ=YEARLY" => TimeSpan.FromDays(7 * 365),
        "FREQ=MONTHLY" => TimeSpan.FromDays(3 * 365),
        "FREQ=WEEKLY" => TimeSpan.FromDays(300),
        "FREQ=DAILY" => TimeSpan.FromDays(200),
        "FREQ=HOURLY" => TimeSpan.FromDays(20),
        "FREQ=MINUTELY" => TimeSpan.FromDays(4),
        _ => TimeSpan.FromHours(5),
    };

    private static string? FaultOf(string rule)
    {
        try
        {
            RuleText.Parse(rule);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
