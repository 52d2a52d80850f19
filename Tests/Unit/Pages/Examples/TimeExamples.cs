namespace OrleansTasks.Tests.Unit.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What the page about schedules shows. Nothing here is run; that it compiles is the test.
internal static class TimeExamples
{
    public static void Resolve()
    {
        // example: resolve
        var schedule = TaskSchedule.Every(TimeSpan.FromMinutes(10)).Resolve(DateTimeOffset.UnixEpoch);
        DateTimeOffset? next = schedule.NextAfter(DateTimeOffset.UnixEpoch);
        // end
        Console.WriteLine(next);
    }

    public static void Define(TasksBuilder tasks)
    {
        // example: schedules-in-code
        tasks.Every(TimeSpan.FromSeconds(90), "poll", () => { });
        tasks.Seconds(1, "tick", (TaskRunContext run) => run.ScheduledAt);   // Days, Hours, Minutes, Seconds, Milliseconds, Microseconds
        tasks.Cron("0 9 * * MON-FRI", "report", () => { }, timeZone: "Europe/Berlin");
        tasks.Schedule("new-year", TaskSchedule.At(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)), () => { });
        tasks.Once(() => { }, delay: TimeSpan.FromSeconds(3));
        // end
    }

    public static void ClocksChange()
    {
        // example: clocks-change
        var schedule = TaskSchedule.Cron("30 2 * * *", "Europe/Warsaw").WhenClocksChange(GapRule.Shift, OverlapRule.Second);
        // end
        Console.WriteLine(schedule);
    }

    public static async Task CalendarAsync(ITaskClient client)
    {
        // example: calendar-and-schedule
        await client.PutCalendarAsync("bank", new BusinessCalendar
        {
            TimeZone = "Europe/Berlin",
            ClosedEveryYear = ["12-25", "12-26", "01-01"],
            Closed = [new DateOnly(2026, 4, 3)],
        });
        var schedule = TaskSchedule.Cron("0 9 * * *", "Europe/Berlin").OnOpenDays("bank", ClosedDayRule.Next);
        // end
        Console.WriteLine(schedule);
    }

    public static void OpenHours()
    {
        // example: open-hours
        var calendar = new BusinessCalendar
        {
            OpenHours =
            [
                new() { From = new TimeOnly(8, 0), To = new TimeOnly(18, 0) },
                new() { Weekdays = [DayOfWeek.Friday], From = new TimeOnly(8, 0), To = new TimeOnly(13, 0) },
            ],
        };
        // end
        Console.WriteLine(calendar);
    }

    public static void BusinessDays()
    {
        // example: third-and-last-day
        var schedule = TaskSchedule.Cron("0 9 * * *", "Europe/Berlin").OnBusinessDays("bank", 3, -1);
        // end
        Console.WriteLine(schedule);
    }
}
