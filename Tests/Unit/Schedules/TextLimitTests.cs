using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Settings;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that no text that is too long reaches a parser, and that messages repeat little of such texts.</summary>
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

        {
            "dates",
            () => Read($$"""{"rrule":"FREQ=DAILY","exdates":[{{string.Join(',', Enumerable.Repeat("\"2026-01-01\"", 10_001))}}]}""")
        },
        { "date", () => Read($$"""{"rrule":"FREQ=DAILY","rdates":["{{Long}}"]}""") },
        { "span", () => Read($$"""{"every":"{{Long}}"}""") },
        { "number of schedules", () => Read($$"""{"any":[{{string.Join(',', Enumerable.Repeat("{\"every\":\"PT1S\"}", 101))}}]}""") },
    };

    [Theory]
    [MemberData(nameof(TooLong))]
    public void Text_TooLong_IsRejectedAndNotRepeated(string what, Func<object?> make)
    {
        var e = Assert.ThrowsAny<Exception>(make);

        Assert.True(e is InvalidTaskException or JsonException, what);
        Assert.True(e.Message.Length < 500, what);
    }

    [Fact]
    public void Cron_StoredAndTooLong_IsReadAndRejectedWhenUsed()
    {
        var schedule = JsonSerializer.Deserialize<TaskSchedule>($$"""{"cron":"{{Long}} * * * *"}""", StoredJson.Options)!;

        Assert.True(Assert.Throws<InvalidTaskException>(() => schedule.NextAfter(DateTimeOffset.UnixEpoch)).Message.Length < 500);
    }

    [Fact]
    public void Any_TooManySchedulesAtAllDepths_IsRejected()
    {
        var hundred = new UnionSchedule([.. Enumerable.Repeat(TaskSchedule.At(DateTimeOffset.UnixEpoch), 100)], [], check: false);

        Assert.Equal(4 * 101,
            ((UnionSchedule)TaskSchedule.Any(Enumerable.Repeat(hundred, 4))).Schedules.Sum(s => 1 + ((UnionSchedule)s).Schedules.Count));
        Assert.Contains("more than 500 schedules",
            Assert.Throws<InvalidTaskException>(() => TaskSchedule.Any(Enumerable.Repeat(hundred, 5))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_TooMany_AreListedInPart()
    {
        var e = new InvalidTaskException("t", [.. Enumerable.Range(0, 1000).Select(n => n + new string('x', 5000))]);

        Assert.Equal((51, "There are 950 more."), (e.Faults.Count, e.Faults[^1]));
        Assert.All(e.Faults, f => Assert.True(f.Length <= 1000));
    }

    [Fact]
    public void Calendar_ManyInvalidDays_NamesSome()
    {
        var faults = new BusinessCalendar
        {
            ClosedEveryYear = [.. Enumerable.Repeat(new string('9', 100_000), 2000)],
            ClosedWeekdays = [.. Enumerable.Repeat(DayOfWeek.Monday, 1000)]
        }.Faults();

        Assert.True(faults.Sum(f => f.Length) < 5_000);
        Assert.Contains(faults, f => f.StartsWith("closedWeekdays has 1000 entries", StringComparison.Ordinal));
    }

    /// <summary>The silo's settings determine the limits. A client checks none of these texts.</summary>
    [Fact]
    public void Options_AreCheckedAgainstConfiguredLimits()
    {
        var options = new TaskOptions { Tags = ["abcdef", "b"], Description = "abcdef" };

        Assert.Empty(options.Faults());
        Assert.Empty(options.Faults(new TaskEngineLimits { MaxTags = 2, MaxTagLength = 6, MaxDescriptionLength = 6 }));
        Assert.Equal(
            [
                "Options.Tags has 2 tags; 1 are allowed (TasksOptions.Limits.MaxTags).",
                "Options.Tags has 'abcdef'; 1 to 5 characters are allowed, without commas, control characters, direction marks, or "
                    + "white space at either end.",
                "Options.Description has 6 characters; 5 are allowed (TasksOptions.Limits.MaxDescriptionLength).",
            ],
            options.Faults(new TaskEngineLimits { MaxTags = 1, MaxTagLength = 5, MaxDescriptionLength = 5 }));
        Assert.Single(new BusinessCalendar { Open = [new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 2)] }.Faults(maxDays: 1));
    }

    /// <summary>Resolved schedules may contain a calendar that was accepted under wider limits.</summary>
    [Fact]
    public void Schedule_WithAnUnusuallyLongCalendar_IsResolved()
    {
        var calendar = new BusinessCalendar
        {
            Closed = [.. Enumerable.Range(0, 3_000).Select(static n => new DateOnly(2026, 1, 1).AddDays(2 * n))]
        };
        Assert.NotEmpty(calendar.Faults());

        var schedule = TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank").Resolve(default, "task", _ => calendar);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 9, 0, 0, TimeSpan.Zero),
            schedule.NextAfter(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void TasksOptions_TextLimitsOutOfRange_AreRejectedAtStart()
    {
        var widest = TaskEngineLimits.Widest;
        foreach (var (limit, set, least, most) in new (string, Action<TaskEngineLimits, int>, int, int)[]
        {
            ("MaxTags", static (l, n) => l.MaxTags = n, 0, widest.MaxTags),
            ("MaxTagLength", static (l, n) => l.MaxTagLength = n, 1, widest.MaxTagLength),
            ("MaxDescriptionLength", static (l, n) => l.MaxDescriptionLength = n, 0, widest.MaxDescriptionLength),
            ("MaxNoteLength", static (l, n) => l.MaxNoteLength = n, 0, widest.MaxNoteLength),
            ("MaxCalendarDays", static (l, n) => l.MaxCalendarDays = n, 1, widest.MaxCalendarDays),
        })
        {
            Assert.Empty(Faults(least).Concat(Faults(most)));
            Assert.All([least - 1, most + 1],
                n => Assert.StartsWith($"TasksOptions.Limits.{limit} is {n}; {least} to {most}", Assert.Single(Faults(n)),
                    StringComparison.Ordinal));

            IEnumerable<string> Faults(int value)
            {
                var options = new TasksOptions();
                set(options.Limits, value);
                return TasksOptionsValidator.Faults(options);
            }
        }
    }

    private static TaskSchedule? Read(string json) => JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options);
}
