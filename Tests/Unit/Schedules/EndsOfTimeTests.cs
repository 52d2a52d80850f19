using System.Text.Json;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests schedules at the ends of the calendar, where adding an offset leaves its range. They throw only if the schedule is invalid.
/// </summary>
public sealed class EndsOfTimeTests
{
    private static readonly BusinessCalendar Bank = new() { TimeZone = "America/New_York" };

    public static TheoryData<string> Schedules()
    {
        var data = new TheoryData<string>();
        foreach (var zone in new[] { "UTC", "America/New_York", "Asia/Tokyo", "Pacific/Apia" })
        {
            foreach (var kind in new[]
            {
                """ "cron":"30 2 * * *" """, """ "cron":"*/5 * * * * *","gap":"shift","overlap":"both" """,
                """ "rrule":"FREQ=DAILY;UNTIL=99991231" """, """ "rrule":"FREQ=YEARLY;UNTIL=99991231T235959Z" """
            })
            {
                foreach (var more in new[]
                {
                    "", ",\"end\":\"9999-12-31T23:59:59\"", ",\"start\":\"9999-12-31T23:59:59Z\"", ",\"start\":\"0001-01-01T00:00:00\"",
                    ",\"start\":\"0001-01-01T00:00:00Z\"", ",\"end\":\"0001-01-01T00:00:00\""
                })
                {
                    foreach (var calendar in new[]
                    {
                        "", ",\"calendar\":\"bank\",\"closedDays\":\"next\"",
                        ",\"calendar\":\"bank\",\"closedDays\":\"previous\",\"jitter\":\"01:00:00\""
                    })
                    {
                        data.Add($"{{{kind},\"timeZone\":\"{zone}\"{more}{calendar}}}");
                    }
                }
            }
        }

        foreach (var instant in new[]
        {
            "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00", "9999-12-31T23:59:59-01:00"
        })
        {
            data.Add($$"""{"at":"{{instant}}","calendar":"bank","closedDays":"next","jitter":"1.00:00:00"}""");
            data.Add($$"""{"every":"36525.00:00:00","anchor":"{{instant}}","calendar":"bank","closedDays":"previous"}""");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Occurrences_AtTheEndsOfTheCalendar_AreComputedOrRejected(string json)
    {
        TaskSchedule schedule;
        try
        {
            schedule = JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)!;
        }
        catch (Exception e) when (e is InvalidTaskException or JsonException)
        {
            Assert.NotEmpty(e.Message);
            return;
        }

        var resolved = schedule.Resolve(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "task", _ => Bank);
        foreach (var instant in new[]
        {
            DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddTicks(1), new DateTimeOffset(2026, 3, 8, 0, 0, 0, TimeSpan.Zero),
            DateTimeOffset.MaxValue.AddDays(-1), DateTimeOffset.MaxValue
        })
        {
            var occurrences = resolved.Occurrences(instant).Take(3).ToList();
            Assert.All(occurrences, o => Assert.True(o.Utc > instant));
            Assert.Equal(occurrences.Select(o => o.Utc).Order().Distinct(), occurrences.Select(o => o.Utc));
        }
    }
}
