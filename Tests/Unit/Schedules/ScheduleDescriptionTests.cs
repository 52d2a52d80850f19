using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests descriptions of schedules and durations in plain English.</summary>
public sealed class ScheduleDescriptionTests
{
    [Theory]
    [InlineData("@yearly", "every year on January 1 at 00:00")]
    [InlineData("@annually", "every year on January 1 at 00:00")]
    [InlineData("@monthly", "every month on day 1 at 00:00")]
    [InlineData("@weekly", "every Sunday at 00:00")]
    [InlineData("@daily", "every day at 00:00")]
    [InlineData("@midnight", "every day at 00:00")]
    [InlineData("@hourly", "every hour")]
    [InlineData("@every_minute", "every minute")]
    [InlineData("@every_second", "every second")]
    [InlineData("@HOURLY", "every hour")]
    [InlineData("@Daily", "every day at 00:00")]
    [InlineData("7-59/15 * * * *", "every 15 minutes, starting at minute 7 of each hour")]
    [InlineData("* * * * * *", "every second")]
    [InlineData("0 * * * * *", "every minute")]
    [InlineData("* * * * *", "every minute")]
    [InlineData("0 0 * * * *", "every hour")]
    [InlineData("0 * * * *", "every hour")]
    [InlineData("*/10 * * * * *", "every 10 seconds")]
    [InlineData("*/30 * * * * *", "every 30 seconds")]
    [InlineData("*/15 * * * *", "every 15 minutes")]
    [InlineData("0 */2 * * *", "every 2 hours")]
    [InlineData("0 */12 * * *", "every 12 hours")]
    [InlineData("0 * * * 1-5", "every hour, Monday to Friday")]
    [InlineData("*/5 * L * *", "every 5 minutes, on the last day of every month")]
    [InlineData("5 * * * *", "every hour at minute 5")]
    [InlineData("59 * * * *", "every hour at minute 59")]
    [InlineData("0 7 * * * *", "every hour at minute 7")]
    [InlineData("5 4 * * *", "every day at 04:05")]
    [InlineData("30 5 4 * * *", "every day at 04:05:30")]
    [InlineData("59 59 23 * * *", "every day at 23:59:59")]
    [InlineData("0 9 ? * *", "every day at 09:00")]
    [InlineData("0 9 * * ?", "every day at 09:00")]
    [InlineData("0 9 * * SUN", "every Sunday at 09:00")]
    [InlineData("0 9 * * sat", "every Saturday at 09:00")]
    [InlineData("0 9 ? * 2", "every Tuesday at 09:00")]
    [InlineData("0 9 * * 0", "every Sunday at 09:00")]
    [InlineData("0 9 * * 7", "every Sunday at 09:00")]
    [InlineData("0 9 * * 1,3,FRI", "every Monday, Wednesday and Friday at 09:00")]
    [InlineData("0 9 * * 1,4", "every Monday and Thursday at 09:00")]
    [InlineData("0 9 1 * *", "every month on day 1 at 09:00")]
    [InlineData("0 9 31 * ?", "every month on day 31 at 09:00")]
    [InlineData("0 9 L * *", "every month on the last day at 09:00")]
    [InlineData("0 9 31 12 *", "every year on December 31 at 09:00")]
    [InlineData("0 9 1 1 ?", "every year on January 1 at 09:00")]
    [InlineData("0 9 1,15 * *", "every month on days 1 and 15 at 09:00")]
    [InlineData("0 9 1,11,21 * *", "every month on days 1, 11 and 21 at 09:00")]
    [InlineData("0 9 15W * *", "every month on the weekday nearest to day 15 at 09:00")]
    [InlineData("0 9 LW * *", "every month on the last weekday at 09:00")]
    [InlineData("0 9 15W,LW * *", "every month on the weekday nearest to day 15 and the last weekday at 09:00")]
    [InlineData("0 9 15,L * *", "every month on day 15 and the last day at 09:00")]
    [InlineData("*/5 * 1,15 * *", "every 5 minutes, on days 1 and 15 of every month")]
    [InlineData("*/5 * * * FRIL", "every 5 minutes, on the last Friday of every month")]
    [InlineData("*/5 * 24 12 *", "every 5 minutes, on December 24 of every year")]
    [InlineData("0 9 * * FRI#2", "every month on the second Friday at 09:00")]
    [InlineData("0 9 * * FRIL", "every month on the last Friday at 09:00")]
    [InlineData("0 9 * * MON#1,5#3", "every month on the first Monday and the third Friday at 09:00")]
    [InlineData("0 0 29 2 MON", "every Monday the 29th of February at 00:00")]
    [InlineData("0 9 13 * FRI", "every Friday the 13th at 09:00")]
    [InlineData("0 9 1 1 0", "every Sunday the 1st of January at 09:00")]
    [InlineData("0 9 2 12 7", "every Sunday the 2nd of December at 09:00")]
    [InlineData("0 9 3 * 3", "every Wednesday the 3rd at 09:00")]
    [InlineData("0 9 12 * 3", "every Wednesday the 12th at 09:00")]
    [InlineData("0 9 21 * 3", "every Wednesday the 21st at 09:00")]
    [InlineData("0 9 31 * 3", "every Wednesday the 31st at 09:00")]
    [InlineData("*/5 * 13 * 5", "every 5 minutes, every Friday the 13th")]
    [InlineData("0 0 9 * * ? *", "every day at 09:00")]
    public void Cron_UsualExpression_IsDescribedInWords(string expression, string expected) =>
        Assert.Equal($"{expected} (UTC)", TaskSchedule.Cron(expression).Describe());

    [Theory]
    [InlineData("0 0 9 * * ? 2027", "every day at 09:00 (UTC), only in 2027")]
    [InlineData("0 0 9 1 * ? 2027-2029,2031", "every month on day 1 at 09:00 (UTC), only in 2027 to 2029 and 2031")]
    [InlineData("0 0 9 * * ? 2027/2", "cron '0 0 9 * * ? 2027/2' (UTC)")]
    public void Cron_WithYears_IsDescribedWithYears(string expression, string expected) =>
        Assert.Equal(expected, TaskSchedule.Cron(expression).Describe());

    [Theory]
    [InlineData("0 9 1 * MON", "on day 1 of every month and every Monday at 09:00 (UTC)")]
    [InlineData("0 9 1,15 * MON-FRI", "on days 1 and 15 of every month and Monday to Friday at 09:00 (UTC)")]
    [InlineData("0 9 L * MON#1", "on the last day of every month and on the first Monday of every month at 09:00 (UTC)")]
    [InlineData("0 9 * * MON", "every Monday at 09:00 (UTC)")]
    [InlineData("0 9 1 2 MON", "on day 1 of February and every Monday in February at 09:00 (UTC)")]
    [InlineData("0 9 L 2 FRIL", "on the last day of February and on the last Friday of February at 09:00 (UTC)")]
    [InlineData("*/5 * 1 * MON", "every 5 minutes, on day 1 of every month and every Monday (UTC)")]
    [InlineData("0 9 1 2,3 MON", "cron '0 9 1 2,3 MON', on days that match either day field (UTC)")]
    public void Cron_DaysOfEitherField_AreDescribed(string expression, string expected) =>
        Assert.Equal(expected, TaskSchedule.Cron(expression, null, CronDays.Either).Describe());

    // A step that restarts with each minute, hour or day is not "every". An expression without usual words stays as it is.
    [Theory]
    [InlineData("*/7 * * * * *")]
    [InlineData("*/40 * * * *")]
    [InlineData("0 */5 * * *")]
    [InlineData("*/1 * * * *")]
    [InlineData("1/15 * * * *")]
    [InlineData("30 5 * * * *")]
    [InlineData("0 9-17 * * *")]
    [InlineData("1,2 9 * * *")]
    [InlineData("0 9 * 2 *")]
    [InlineData("0 9 L 2 *")]
    [InlineData("0 9 1 JAN *")]
    [InlineData("0 9 1 1,2 *")]
    [InlineData("0 9 15 * 1-5")]
    [InlineData("0 9 15 3,4 5")]
    [InlineData("0 9 1,15 * 5")]
    [InlineData("0 9 * * 1-5/2")]
    [InlineData("0 9 * 3 1-5")]
    [InlineData("0 9 L * 1-5")]
    [InlineData("0 9 L-3 * *")]
    [InlineData("0 9 * * MON,FRI#2")]
    public void Cron_UnusualExpression_IsShownUnchanged(string expression) =>
        Assert.Equal($"cron '{expression}' (UTC)", TaskSchedule.Cron(expression).Describe());

    [Theory]
    [InlineData("1.00:00:00", "day", "1 day")]
    [InlineData("2.00:00:00", "2 days", "2 days")]
    [InlineData("1.01:00:00", "25 hours", "25 hours")]
    [InlineData("01:00:00", "hour", "1 hour")]
    [InlineData("01:30:00", "90 minutes", "90 minutes")]
    [InlineData("00:01:00", "minute", "1 minute")]
    [InlineData("1.02:03:04", "1 day 2 hours 3 minutes 4 seconds", "1 day 2 hours 3 minutes 4 seconds")]
    [InlineData("02:01:00", "2 hours 1 minute", "2 hours 1 minute")]
    [InlineData("10.01:00:00", "10 days 1 hour", "10 days 1 hour")]
    [InlineData("00:01:01", "61 seconds", "61 seconds")]
    [InlineData("00:00:01", "second", "1 second")]
    [InlineData("00:00:00.001", "millisecond", "1 millisecond")]
    [InlineData("00:00:01.500", "1500 milliseconds", "1500 milliseconds")]
    [InlineData("00:00:00.000001", "microsecond", "1 microsecond")]
    [InlineData("00:00:00.001500", "1500 microseconds", "1500 microseconds")]
    [InlineData("00:00:00.0000001", "00:00:00.0000001", "00:00:00.0000001")]
    [InlineData("00:00:00", "00:00:00", "00:00:00")]
    [InlineData("-00:00:01", "-00:00:01", "-00:00:01")]
    public void InWords_Duration_UsesTheLargestWholeUnit(string duration, string afterEvery, string alone)
    {
        var time = TimeSpan.Parse(duration, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal((afterEvery, alone), (Durations.InWords(time), Durations.InWords(time, one: true)));
    }

    [Theory]
    [InlineData("@HOURLY", "@hourly")]
    [InlineData("@Every_Minute", "@every_minute")]
    public void Cron_MacroInAnyCase_OccursAsInLowerCaseAlsoWhenClocksGoBack(string given, string lower)
    {
        var before = new DateTimeOffset(2026, 10, 24, 22, 30, 0, TimeSpan.Zero);

        Assert.Equal(
            TaskSchedule.Cron(lower, "Europe/Warsaw").Occurrences(before).Take(200).Select(o => o.Utc),
            TaskSchedule.Cron(given, "Europe/Warsaw").Occurrences(before).Take(200).Select(o => o.Utc));
    }

    [Fact]
    public void ScheduleDescription_TaskWithH_ShowsTheChosenValue()
    {
        var description = new TaskInfo { Name = "t", Handler = "t", Schedule = TaskSchedule.Cron("H/15 * * * *") }.ScheduleDescription;

        Assert.Matches(@"^every 15 minutes, starting at minute \d+ of each hour \(UTC\), written as cron 'H/15 \* \* \* \*'$", description);
    }

    [Fact]
    public void InWords_Instant_IsInUtc() =>
        Assert.Equal("2026-03-02 07:05:09 UTC", Durations.InWords(new DateTimeOffset(2026, 3, 2, 8, 5, 9, TimeSpan.FromHours(1))));

    [Fact]
    public void Describe_WithBounds_NamesEach()
    {
        var at = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        var daily = TaskSchedule.Every(TimeSpan.FromDays(1), at);

        Assert.Equal("every day, at most once", daily.AtMost(1).Describe());
        Assert.Equal("every day, at most 2 times, each occurrence delayed by up to 1 minute",
            daily.AtMost(2).WithJitter(TimeSpan.FromMinutes(1)).Describe());
        Assert.Equal("every day, on the previous business day if it falls on a closed day (calendar 'bank')",
            daily.OnOpenDays("bank", ClosedDayRule.Previous).Describe());
        Assert.Equal("every day, until 2026-03-02 08:00:00 UTC", daily.Until(at).Describe());
        Assert.Equal("every day", daily.WithJitter(TimeSpan.Zero).Describe());
    }

    [Theory]
    [InlineData(GapRule.Skip, OverlapRule.First,
        "skipping times that do not exist when clocks go forward, only the first time if a time repeats when clocks go back")]
    [InlineData(GapRule.FirstValid, OverlapRule.Second,
        "at the first valid time if a time does not exist when clocks go forward, only the second time if a time repeats when clocks go "
            + "back")]
    [InlineData(GapRule.Shift, null, "later by the length of the gap if a time does not exist when clocks go forward")]
    [InlineData(null, OverlapRule.Both, "both times if a time repeats when clocks go back")]
    public void Describe_WithClockRules_NamesEachRule(GapRule? gap, OverlapRule? overlap, string clauses) => Assert.Equal(
        $"every day at 02:30 (Europe/Berlin), {clauses}",
        TaskSchedule.Cron("30 2 * * *", "Europe/Berlin").WhenClocksChange(gap, overlap).Describe());

    [Fact]
    public void Describe_WithEveryKindOfClause_KeepsTheirOrder()
    {
        var from = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        var schedule = TaskSchedule.Cron("0 30 2 * * ? 2026-2027", "Europe/Berlin").WhenClocksChange(GapRule.Skip)
            .WithJitter(TimeSpan.FromMinutes(5)).AtMost(9).OnOpenDays(["bank", "city", "port"]).Until(from.AddYears(1)).From(from);

        Assert.Equal(
            "every day at 02:30 (Europe/Berlin), only in 2026 to 2027, from 2026-03-02 08:00:00 UTC, until 2027-03-02 08:00:00 UTC, "
            + "only on business days (calendars 'bank', 'city' and 'port'), skipping times that do not exist when clocks go forward, "
            + "at most 9 times, each occurrence delayed by up to 5 minutes",
            schedule.Describe());
    }

    [Fact]
    public void Describe_ACombinedSchedule_SeparatesItsPartsFromItsOwnClauses()
    {
        var at = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        var hourly = TaskSchedule.Every(TimeSpan.FromHours(1), at);
        var once = TaskSchedule.At(at.AddMinutes(30));
        var both = TaskSchedule.Any(hourly.AtMost(2), once).AtMost(5);

        Assert.Equal("every hour, at most 2 times; and once at 2026-03-02 08:30:00 UTC; combined: at most 5 times", both.Describe());
        Assert.Equal(
            "(every hour; and once at 2026-03-02 08:30:00 UTC; combined: at most 5 times); except cron '* 2-3 * * *' (UTC); except "
                + "every day",
            TaskSchedule.Any(hourly, once).AtMost(5).Except(TaskSchedule.Cron("* 2-3 * * *"), TaskSchedule.Every(TimeSpan.FromDays(1), at))
                .Describe());
        Assert.Equal("every hour, at most 5 times", TaskSchedule.Any(hourly).AtMost(5).Describe());
    }
}
