using System.Globalization;
using System.Text.Json;
using CsCheck;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests cron features that Cronos lacks: lists with L, W and #, years, a zone before the fields, and days of either field.
/// </summary>
public sealed class CronListTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // January 2026 starts on a Thursday and ends on a Saturday. February 1 is a Sunday.
    [Theory]
    [InlineData("0 9 L,15 * *", "01-15 01-31 02-15 02-28")]
    [InlineData("0 9 15,L * *", "01-15 01-31 02-15 02-28")]
    [InlineData("0 9 l,15,L * *", "01-15 01-31 02-15 02-28")]
    [InlineData("0 9 15W,LW * *", "01-15 01-30 02-16 02-27")]
    [InlineData("0 9 1W,LW * *", "01-01 01-30 02-02 02-27")]
    [InlineData("0 9 L-1,L * *", "01-30 01-31 02-27 02-28")]
    [InlineData("0 9 1-3,L * *", "01-01 01-02 01-03 01-31")]
    [InlineData("0 9 * * MON#1,FRI#3", "01-05 01-16 02-02 02-20")]
    [InlineData("0 9 * * 1#1,5#3,FRIL", "01-05 01-16 01-30 02-02")]
    [InlineData("0 9 * * FRI#2,SUN", "01-04 01-09 01-11 01-18")]
    [InlineData("0 9 ? * MON#1,FRI#3", "01-05 01-16 02-02 02-20")]
    [InlineData("0 9 L,15 * THU,SAT#5", "01-15 01-31 04-30 10-15")]
    [InlineData("0 9 L,15 2 *", "02-15 02-28 02-15 02-28")]
    public void Cron_AListOfSpecialDays_OccursOnEach(string expression, string days) =>
        Assert.Equal(days, DaysOf(TaskSchedule.Cron(expression)));

    [Theory]
    [InlineData("0 9 13 * FRI", CronDays.Both, "02-13 03-13 11-13 08-13")]
    [InlineData("0 9 13 * FRI", CronDays.Either, "01-02 01-09 01-13 01-16")]
    [InlineData("0 9 1 * MON", CronDays.Either, "01-01 01-05 01-12 01-19")]
    [InlineData("0 9 L,15 * MON#1", CronDays.Either, "01-05 01-15 01-31 02-02")]
    [InlineData("0 9 * * MON", CronDays.Either, "01-05 01-12 01-19 01-26")]
    [InlineData("0 9 ? * MON", CronDays.Either, "01-05 01-12 01-19 01-26")]
    [InlineData("0 9 13 * *", CronDays.Either, "01-13 02-13 03-13 04-13")]
    [InlineData("0 9 */2 * MON", CronDays.Either, "01-05 01-19 02-09 02-23")]
    public void Cron_WithCronDays_CombinesTheFields(string expression, CronDays days, string expected) =>
        Assert.Equal(expected, DaysOf(TaskSchedule.Cron(expression, null, days)));

    [Theory]
    [InlineData("0 0 9 1 1 ? 2027", "2027")]
    [InlineData("0 0 9 1 1 ? 2020-2027", "2026 2027")]
    [InlineData("0 0 9 1 1 ? 2020,2030,2028", "2028 2030")]
    [InlineData("0 0 9 1 1 ? 2026/3", "2026 2029 2032 2035")]
    [InlineData("0 0 9 1 1 ? 2027-2033/3", "2027 2030 2033")]
    [InlineData("0 0 9 1 1 ? */100", "2070 2170 2270 2370")]
    [InlineData("0 0 9 1 1 ? *", "2026 2027 2028 2029")]
    [InlineData("0 0 9 29 2 ? 2027-2040", "2028 2032 2036 2040")]
    [InlineData("0 0 9 29 2 ? 2028,2400", "2028 2400")]
    [InlineData("0 0 0 31 12 ? 2499", "2499")]
    public void Cron_WithYears_OccursInThoseYearsOnly(string expression, string years) =>
        Assert.Equal(years, string.Join(' ', TaskSchedule.Cron(expression).Occurrences(Start).Take(4).Select(o => o.Local.Year)));

    [Theory]
    [InlineData("0 0 0 1 1 ? 1970", "Asia/Tokyo", "1969-12-31T15:00Z")]
    [InlineData("0 0 0 1 1 ? 1970", null, "1970-01-01T00:00Z")]
    public void Cron_FirstYear_Occurs(string expression, string? zone, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture),
            TaskSchedule.Cron(expression, zone).NextAfter(DateTimeOffset.MinValue));

    [Fact]
    public void Cron_WithAYear_IsCutAtLocalMidnight()
    {
        var schedule = TaskSchedule.Cron("0 0 * * * ? 2027", "Asia/Tokyo");

        Assert.Equal(new DateTimeOffset(2026, 12, 31, 15, 0, 0, TimeSpan.Zero), schedule.NextAfter(Start));
        Assert.Equal(365 * 24, schedule.Occurrences(Start).Count());
    }

    [Theory]
    [InlineData("CRON_TZ=Europe/Amsterdam 0 9 * * *", null)]
    [InlineData("TZ=Europe/Amsterdam 0 9 * * *", null)]
    [InlineData(" TZ=Europe/Amsterdam\t 0 9 * * *", "Europe/Amsterdam")]
    [InlineData("CRON_TZ=Europe/Amsterdam 0 9 * * *", "Europe/Amsterdam")]
    public void Cron_WithAZonePrefix_EqualsASeparateZone(string expression, string? zone)
    {
        var schedule = TaskSchedule.Cron(expression, zone);

        Assert.Equal(TaskSchedule.Cron("0 9 * * *", "Europe/Amsterdam"), schedule);
        Assert.Equal("""{"cron":"0 9 * * *","timeZone":"Europe/Amsterdam"}""",
            JsonSerializer.Serialize<TaskSchedule>(schedule, TaskJson.Options));
        Assert.Equal(schedule,
            JsonSerializer.Deserialize<TaskSchedule>(
                JsonSerializer.Serialize(new Dictionary<string, string?> { ["cron"] = expression, ["timeZone"] = zone }),
                TaskJson.Options));
    }

    [Theory]
    [InlineData("TZ=Asia/Tokyo @daily", "every day at 00:00 (Asia/Tokyo)")]
    [InlineData("CRON_TZ=Asia/Tokyo H(3-3) H(4-4) * * *", "cron 'H(3-3) H(4-4) * * *' (Asia/Tokyo)")]
    [InlineData("CRON_TZ=Asia/Tokyo 0 0 9 1 1 ? 2030", "every year on January 1 at 09:00 (Asia/Tokyo), only in 2030")]
    public void Cron_WithAZonePrefix_WorksWithAllForms(string expression, string words) =>
        Assert.Equal(words, TaskSchedule.Cron(expression).Describe());

    [Theory]
    [InlineData("TZ=Asia/Tokyo 0 9 * * *", "Europe/Berlin",
        "it names the time zone 'Asia/Tokyo', and 'Europe/Berlin' is set too; set only one of them.")]
    [InlineData("TZ=Asia/Tokyo 0 9 * * *", "UTC", "it names the time zone 'Asia/Tokyo', and 'UTC' is set too; set only one of them.")]
    [InlineData("CRON_TZ= 0 9 * * *", null, "CRON_TZ= has no time zone; write it as CRON_TZ=Europe/Berlin.")]
    [InlineData("TZ=Asia/Tokyo", null, "nothing follows TZ=Asia/Tokyo; write the expression after it.")]
    [InlineData("0 9 L,,15 * *", null, "in the day of month, the list 'L,,15' has an empty item; give a value between commas.")]
    [InlineData("0 9 * * MON#1,", null, "in the day of week, the list 'MON#1,' has an empty item; give a value between commas.")]
    [InlineData("0 0 9 1 1 ? 1969", null,
        "in the year, '1969' is not a year or a range of years from 1970 to 2499, such as 2030, 2027-2030, 2027,2029 or 2027/2.")]
    [InlineData("0 0 9 1 1 ? 2500", null,
        "in the year, '2500' is not a year or a range of years from 1970 to 2499, such as 2030, 2027-2030, 2027,2029 or 2027/2.")]
    [InlineData("0 0 9 1 1 ? 2030-2027", null,
        "in the year, '2030-2027' is not a year or a range of years from 1970 to 2499, such as 2030, 2027-2030, 2027,2029 or 2027/2.")]
    [InlineData("0 0 9 1 1 ? 2030,", null,
        "in the year, '' is not a year or a range of years from 1970 to 2499, such as 2030, 2027-2030, 2027,2029 or 2027/2.")]
    [InlineData("0 0 9 1 1 ? 2030/0", null,
        "in the year, '2030/0' is not a year or a range of years from 1970 to 2499, such as 2030, 2027-2030, 2027,2029 or 2027/2.")]
    [InlineData("0 0 9 1 1 ? ?", null,
        "in the year, '?' is not a year or a range of years from 1970 to 2499, such as 2030, 2027-2030, 2027,2029 or 2027/2.")]
    [InlineData("0 0 9 1 1 ? H", null,
        "in the year, 'H' is not a year or a range of years from 1970 to 2499, such as 2030, 2027-2030, 2027,2029 or 2027/2.")]
    [InlineData("0 0 9 1 1 ? 2030/-1", null,
        "in the year, '2030/-1' is not a year or a range of years from 1970 to 2499, such as 2030, 2027-2030, 2027,2029 or 2027/2.")]
    public void Cron_NotValid_SaysWhy(string expression, string? zone, string why) => Assert.Equal(
        $"The cron expression '{expression}' is not valid: {why}",
        Assert.Throws<InvalidTaskException>(() => TaskSchedule.Cron(expression, zone)).Message);

    [Fact]
    public void Cron_UnknownZone_IsRejected() => Assert.Equal(
        "The time zone 'Mars/Olympus' is not known; use an IANA id such as Europe/Berlin.",
        Assert.Throws<InvalidTaskException>(() => TaskSchedule.Cron("TZ=Mars/Olympus 0 9 * * *")).Message);

    [Theory]
    [InlineData("0 0 9 29 2 ? 2027")]
    [InlineData("0 9 30,31W 2 *")]
    public void Cron_ImpossibleListsOrYears_NeverOccurs(string expression) => Assert.Equal(
        $"The cron expression '{expression}' never occurs. Use one that occurs at least "
            + "once.", Assert.Throws<InvalidTaskException>(() => TaskSchedule.Cron(expression)).Message);

    [Fact]
    public void Cron_TooManySpecialDays_IsRejected()
    {
        var days = string.Join(',', Enumerable.Range(1, 28).Select(n => n + "W"));

        Assert.Equal(28,
            TaskSchedule.Cron($"0 9 {days} 1 FRI#1,MON#2,TUE#2").Occurrences(Start).Select(o => o.Local.Year).Distinct().Take(28).Count());
        Assert.EndsWith("its lists of days with L, W and # have 28 and 4 parts; at most 100 combinations are "
            + "allowed.", Assert.Throws<InvalidTaskException>(() => TaskSchedule.Cron($"0 9 {days} * "
            + "1#1,2#2,3#3,4#4")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cron_UndefinedCronDays_IsRejected() =>
        Assert.Equal("days is 9, which is not a valid CronDays; use one of Both, "
            + "Either.", Assert.Throws<InvalidTaskException>(() => TaskSchedule.Cron("0 9 1 * MON", null, (CronDays)9)).Message);

    [Fact]
    public void Json_WithCronDays_IsRead()
    {
        const string Json = """{"cron":"0 9 30 2 MON","timeZone":"Europe/Berlin","days":"either"}""";

        var schedule = JsonSerializer.Deserialize<TaskSchedule>(Json, TaskJson.Options)!;

        Assert.Equal("02-02 02-09 02-16 02-23", DaysOf(schedule));
        Assert.Equal(Json, JsonSerializer.Serialize(schedule, TaskJson.Options));
        Assert.NotEqual(schedule,
            JsonSerializer.Deserialize<TaskSchedule>(Json.Replace(""","days":"either" """.Trim(), "", StringComparison.Ordinal),
                StoredJson.Options));
        Assert.Contains("one of both, either",
            Assert.Throws<JsonException>(
                () => JsonSerializer.Deserialize<TaskSchedule>("""{"cron":"0 9 1 * MON","days":"or"}""", TaskJson.Options)).Message,
                    StringComparison.Ordinal);
    }

    [Fact]
    public void Cron_StoredContradiction_IsReadAndRejectedWhenUsed()
    {
        var schedule = JsonSerializer.Deserialize<TaskSchedule>("""{"cron":"TZ=Asia/Tokyo 0 9 * * *","timeZone":"Europe/Berlin"}""",
            StoredJson.Options)!;

        Assert.Throws<InvalidTaskException>(() => schedule.NextAfter(Start));
    }

    [Theory]
    [InlineData("H 9 L,15 * *", "20 9 L,15 * *")]
    [InlineData("0 H 9 1 1 ? 2030", "0 20 9 1 1 ? 2030")]
    public void Cron_WithHAndListsOrYears_AppliesHToItsField(string expression, string expected) =>
        Assert.Equal(expected, ((CronSchedule)TaskSchedule.Cron(expression).Resolve(Start, "report")).Expression);

    [Theory]
    [InlineData("0 30 2 L,29 3 ? 2026", "2026-03-29T01:00Z 2026-03-31T00:30Z")]
    [InlineData("0 30 2 25,L 10 ? 2026", "2026-10-25T00:30Z 2026-10-31T01:30Z")]
    public void Cron_OfListsAndYears_WhereClocksChange_OccursOnceADay(string expression, string expected) => Assert.Equal(
        expected,
        string.Join(' ',
            TaskSchedule.Cron(expression, "Europe/Berlin").Occurrences(Start)
                .Select(o => o.Utc.ToString("yyyy-MM-ddTHH:mmZ", CultureInfo.InvariantCulture))));

    private static readonly Gen<string> MonthDay = Gen.OneOf(Gen.Int[1, 31].Select(Text), Gen.Int[1, 31].Select(n => Text(n) + "W"),
        Gen.Int[1, 5].Select(n => "L-" + Text(n)), Gen.Const("L"), Gen.Const("LW"), Gen.Const("3-9"));

    private static readonly Gen<string> Weekday = Gen.OneOf(Gen.Int[0, 6].Select(Text),
        Gen.Select(Gen.Int[0, 6], Gen.Int[1, 5], (d, n) => $"{Text(d)}#{Text(n)}"), Gen.Int[0, 6].Select(n => Text(n) + "L"));

    [Fact]
    public void Cron_AnyListsOfDays_MatchACheckOfEveryDay() =>
        Gen.Select(Lists(MonthDay), Lists(Weekday), Gen.Enum<CronDays>(), Gen.Int[2026, 2030], Gen.Int[0, 2])
            .Sample((monthDays, weekdays, days, year, span) =>
    {
        var isEither = days == CronDays.Either && monthDays != "*" && weekdays != "*";
        var expected = Enumerable.Range(0, 3653).Select(n => new DateOnly(2024, 1, 1).AddDays(n))
            .Where(d => d.Year >= year && d.Year <= year + span
            && (isEither ? IsMonthDay(monthDays, d) || IsWeekday(weekdays, d) : IsMonthDay(monthDays, d) && IsWeekday(weekdays, d)))
                .ToList();

        var text = $"0 0 12 {monthDays} * {weekdays} {Text(year)}-{Text(year + span)}";
        var schedule = (CronSchedule)JsonSerializer.Deserialize<TaskSchedule>(
            $$"""{"cron":"{{text}}","days":"{{(days == CronDays.Either ? "either" : "both")}}"}""", StoredJson.Options)!;

        Assert.Equal(expected,
            schedule.Occurrences(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero))
                .Select(o => DateOnly.FromDateTime(o.Local.DateTime)));
        if (expected.Count > 0)
        {
            Assert.Null(schedule.Fault());
        }
    }, iter: 500);

    private static Gen<string> Lists(Gen<string> item) =>
        Gen.OneOf(Gen.Const("*"), item, item.Array[2, 4].Select(items => string.Join(',', items)));

    private static bool IsMonthDay(string list, DateOnly day) => list.Split(',').Any(item =>
    {
        var length = DateTime.DaysInMonth(day.Year, day.Month);
        return item switch
        {
            "*" => true,
            "3-9" => day.Day is >= 3 and <= 9,
            "L" => day.Day == length,
            "LW" => NearestWeekday(day, length) == day.Day,
            [.. var number, 'W'] => Number(number) <= length && NearestWeekday(day, Number(number)) == day.Day,
            ['L', '-', .. var before] => day.Day == length - Number(before),
            _ => day.Day == Number(item),
        };
    });

    /// <summary>Returns the nearest weekday within the month, as all cron implementations define it.</summary>
    private static int NearestWeekday(DateOnly month, int number)
    {
        var length = DateTime.DaysInMonth(month.Year, month.Month);
        return new DateOnly(month.Year, month.Month, number).DayOfWeek switch
        {
            DayOfWeek.Saturday => number == 1 ? 3 : number - 1,
            DayOfWeek.Sunday => number == length ? number - 2 : number + 1,
            _ => number,
        };
    }

    private static bool IsWeekday(string list, DateOnly day) => list.Split(',').Any(item => item switch
    {
        "*" => true,
        [var d, '#', var n] => (int)day.DayOfWeek == d - '0' && (day.Day + 6) / 7 == n - '0',
        [var d, 'L'] => (int)day.DayOfWeek == d - '0' && day.Day + 7 > DateTime.DaysInMonth(day.Year, day.Month),
        _ => (int)day.DayOfWeek == Number(item),
    });

    private static string DaysOf(TaskSchedule schedule) =>
        string.Join(' ', schedule.Occurrences(Start).Take(4).Select(o => o.Local.ToString("MM-dd", CultureInfo.InvariantCulture)));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
