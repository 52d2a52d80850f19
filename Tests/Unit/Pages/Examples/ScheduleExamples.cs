using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Unit.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What pages show of schedules, limits and tests. But for the test, nothing here is run; that it compiles is enough.
public sealed class ScheduleExamples
{
    internal static void Weekdays(TasksBuilder tasks)
    {
        // example: weekdays
        tasks.Cron("0 9 * * MON-FRI", "report", (IReports reports) => reports.SendAsync(), timeZone: "Europe/Berlin");
        // end
    }

    internal static async Task CalendarAsync(ITaskClient client)
    {
        // example: calendar
        await client.PutCalendarAsync("bank", new BusinessCalendar
        {
            TimeZone = "Europe/Berlin",
            ClosedEveryYear = ["12-25", "12-26", "01-01"],
            Closed = [new DateOnly(2027, 3, 26), new DateOnly(2027, 3, 29)],
        });
        // end
    }

    internal static void OnOpenDays(TasksBuilder tasks)
    {
        // example: open-days
        tasks.Schedule(
            "report",
            TaskSchedule.Cron("0 9 * * *", "Europe/Berlin").OnOpenDays("bank", ClosedDayRule.Next),
            (IReports reports) => reports.SendAsync());
        // end
    }

    internal static void BusinessDays()
    {
        // example: business-days
        TaskSchedule payday = TaskSchedule.Cron("0 9 * * *", "Europe/Berlin").OnBusinessDays("bank", -1);
        // end
        _ = payday;
    }

    internal static void Limits(TasksBuilder tasks)
    {
        // example: limit-task
        tasks.Define("thumbnail", (string file, IImages images, CancellationToken stop) => images.ShrinkAsync(file, stop), new TaskOptions
        {
            MaxConcurrentRuns = 5,
            RateLimit = new RateLimit { Runs = 100, Period = TimeSpan.FromMinutes(1) },
        });
        // end
    }

    internal static void Group(TasksBuilder tasks)
    {
        // example: limit-group
        tasks.Group("mail", new RunGroup { MaxConcurrentRuns = 5 });
        tasks.Define("receipt", (string to, IMail mail) => mail.SendReceiptAsync(to), new TaskOptions { Group = "mail" });
        tasks.Define("news", (string to, IMail mail) => mail.SendNewsAsync(to), new TaskOptions
        {
            Group = "mail",
            Priority = RunPriority.Low,
        });
        // end
    }

    internal static async Task PutGroupAsync(ITaskClient client)
    {
        // example: limit-group-now
        await client.PutGroupAsync("mail", new RunGroup { MaxConcurrentRuns = 1 });
        // end
    }

    internal static void Overlap(TasksBuilder tasks)
    {
        // example: overlap
        tasks.Minutes(1, "sync", (IReports reports) => reports.SendAsync(), options: new TaskOptions { Overlap = OverlapPolicy.QueueOne });
        // end
    }

    internal static void Silo(ISiloBuilder silo)
    {
        // example: limit-silo
        silo.AddTasks(tasks => { }, options => options.MaxConcurrentRuns = 32);
        // end
    }

    internal static void CatchUp(TasksBuilder tasks)
    {
        // example: catch-up
        tasks.Hours(1, "bill", (IReports reports) => reports.SendAsync(), options: new TaskOptions
        {
            CatchUp = new CatchUpPolicy { Limit = 24, Window = TimeSpan.FromDays(1), Spread = TimeSpan.FromSeconds(30) },
        });
        // end
    }

    internal static async Task BackfillAsync(ITaskClient client)
    {
        // example: backfill
        IReadOnlyList<RunId> runs = await client.GetTask("bill").BackfillAsync(
            from: new DateTimeOffset(2027, 1, 31, 0, 0, 0, TimeSpan.Zero),
            to: new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero));
        // end
        Console.WriteLine(runs.Count);
    }

    // example: test-handler
    [Fact]
    public async Task Square_OfTwelve_IsAHundredAndFortyFour()
    {
        var run = await TaskRun.For((int n) => (long)n * n).WithArguments(12).RunAsync();

        Assert.Equal(144, run.GetValue<long>());
    }
    // end

    // example: test-schedule
    [Fact]
    public void Report_OnWeekdays_OccursAtNineInBerlin()
    {
        var schedule = TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin");

        schedule.ShouldOccur(
            from: new DateTimeOffset(2026, 3, 27, 0, 0, 0, TimeSpan.Zero),
            to: new DateTimeOffset(2026, 3, 31, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 3, 27, 9, 0, 0, TimeSpan.FromHours(1)),
            new DateTimeOffset(2026, 3, 30, 9, 0, 0, TimeSpan.FromHours(2)));
    }
    // end

    internal interface IReports
    {
        Task SendAsync();
    }

    internal interface IImages
    {
        Task ShrinkAsync(string file, CancellationToken ct);
    }

    internal interface IMail
    {
        Task SendReceiptAsync(string to);

        Task SendNewsAsync(string to);
    }
}
