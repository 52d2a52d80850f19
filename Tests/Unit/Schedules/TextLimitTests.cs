using System.Text.Json;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Texts of somebody else: none reaches a parser that is longer than it may be, and messages repeat little of it.</summary>
public sealed class TextLimitTests
{
    private static readonly string Long = string.Join(',', Enumerable.Repeat("1", 100_000));

    public static TheoryData<string, Func<object?>> TooLong => new()
    {
        { "cron", () => TaskSchedule.Cron($"{Long} * * * *") },
        { "cron with H", () => TaskSchedule.Cron($"{Long},H * * * *") },
        { "cron in JSON", () => Read($$"""{"cron":"{{Long}} * * * *"}""") },
        { "cron in any", () => Read($$"""{"any":[{"cron":"0 0 * * {{Long}}"}]}""") },
        { "rule", () => TaskSchedule.Calendar("FREQ=DAILY;BYHOUR=" + Long) },
        { "zone", () => TaskSchedule.Cron("* * * * *", Long) },
        { "zone of a rule", () => TaskSchedule.Calendar("FREQ=DAILY", timeZone: Long) },
        { "name", () => TaskNames.Check(Long) },
        { "unknown member", () => Read($$"""{"cron":"* * * * *","{{Long}}":1}""") },
        { "calendar", () => TaskSchedule.Cron("* * * * *").OnOpenDays(Long) },
        { "dates", () => Read($$"""{"rrule":"FREQ=DAILY","exdates":[{{string.Join(',', Enumerable.Repeat("\"2026-01-01\"", 10_001))}}]}""") },
        { "date", () => Read($$"""{"rrule":"FREQ=DAILY","rdates":["{{Long}}"]}""") },
        { "span", () => Read($$"""{"every":"{{Long}}"}""") },
        { "number of schedules", () => Read($$"""{"any":[{{string.Join(',', Enumerable.Repeat("{\"every\":\"PT1S\"}", 101))}}]}""") },
    };

    [Theory]
    [MemberData(nameof(TooLong))]
    public void Text_ThatIsTooLong_IsRefused_AndIsNotRepeated(string what, Func<object?> make)
    {
        var e = Assert.ThrowsAny<Exception>(make);

        Assert.True(e is InvalidTaskException or JsonException, what);
        Assert.True(e.Message.Length < 500, what);
    }

    [Fact]
    public void Cron_ThatWasStoredAndIsTooLong_IsRead_AndRefusedWhenItIsAsked()
    {
        var schedule = JsonSerializer.Deserialize<TaskSchedule>($$"""{"cron":"{{Long}} * * * *"}""", StoredJson.Options)!;

        Assert.True(Assert.Throws<InvalidTaskException>(() => schedule.NextAfter(DateTimeOffset.UnixEpoch)).Message.Length < 500);
    }

    [Fact]
    public void Any_WithTooManyInItAtAllDepths_IsRefused()
    {
        var hundred = new UnionSchedule([.. Enumerable.Repeat(TaskSchedule.At(DateTimeOffset.UnixEpoch), 100)], [], check: false);

        Assert.Equal(4 * 101, ((UnionSchedule)TaskSchedule.Any(Enumerable.Repeat(hundred, 4))).Schedules.Sum(s => 1 + ((UnionSchedule)s).Schedules.Count));
        Assert.Contains("more than 500 schedules", Assert.Throws<InvalidTaskException>(() => TaskSchedule.Any(Enumerable.Repeat(hundred, 5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_OfWhichThereAreVeryMany_AreListedInPart()
    {
        var e = new InvalidTaskException("t", [.. Enumerable.Range(0, 1000).Select(n => n + new string('x', 5000))]);

        Assert.Equal((51, "There are 950 more."), (e.Faults.Count, e.Faults[^1]));
        Assert.All(e.Faults, f => Assert.True(f.Length <= 1000));
    }

    [Fact]
    public void Calendar_WithManyDaysThatAreNone_NamesSome()
    {
        var faults = new BusinessCalendar { ClosedEveryYear = [.. Enumerable.Repeat(new string('9', 100_000), 2000)], ClosedWeekdays = [.. Enumerable.Repeat(DayOfWeek.Monday, 1000)] }.Faults();

        Assert.True(faults.Sum(f => f.Length) < 5_000);
        Assert.Contains(faults, f => f.StartsWith("closedWeekdays has 1000 entries", StringComparison.Ordinal));
    }

    private static TaskSchedule? Read(string json) => JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options);
}
