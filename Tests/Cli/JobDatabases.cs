using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Quartz;

namespace OrleansTasks.Tests.Cli;

/// <summary>Provides a PostgreSQL database into which Hangfire and Quartz have written jobs themselves.</summary>
public sealed class JobDatabases : IAsyncLifetime
{
    private readonly List<ITrigger> _triggers = [];
    private PostgreSqlServer _server = null!;

    public static TimeZoneInfo Berlin { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>Gets an instant on the day before clocks go forward, whenever these tests run.</summary>
    public static DateTimeOffset Now { get; } = DayBeforeLastSunday(3);

    /// <summary>Gets an instant on the day before clocks go back.</summary>
    public static DateTimeOffset Autumn { get; } = DayBeforeLastSunday(10);

    public string ConnectionString => _server.ConnectionString;

    /// <summary>Gets the triggers as Quartz reads them back.</summary>
    public IReadOnlyList<ITrigger> Triggers => _triggers;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        _server = await PostgreSqlServer.CreateAsync();
        await WriteQuartzAsync();
        WriteHangfire();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static DateTimeOffset DayBeforeLastSunday(int month)
    {
        var last = new DateTimeOffset(TimeProvider.System.GetUtcNow().Year + 2, month, 31, 12, 0, 0, TimeSpan.Zero);
        return last.AddDays(-(int)last.DayOfWeek - 1);
    }

    private async Task WriteQuartzAsync()
    {
        var scheduler = await QuartzSchedulerBuilder.Create(quartz => quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(ConnectionString);
            store.ProvisionSchema();
        })).BuildScheduler();
        var job = JobBuilder.Create<SendReportJob>().WithIdentity("send").UsingJobData("to", "ada").UsingJobData("pages", 3).StoreDurably()
            .RequestRecovery().Build();
        await scheduler.AddJob(job);
        await scheduler.AddJob(JobBuilder.Create<SendReportJob>().WithIdentity("idle").StoreDurably().Build());
        async Task AddAsync(string name, IScheduleBuilder schedule, Func<TriggerBuilder<IJob>, TriggerBuilder<IJob>>? more = null)
        {
            var builder = TriggerBuilder.Create().WithIdentity(name, "g").ForJob(job).WithSchedule(schedule);
            await scheduler.ScheduleJob((more?.Invoke(builder) ?? builder).Build());
            _triggers.Add((await scheduler.GetTrigger(new TriggerKey(name, "g")))!);
        }

        foreach (var (name, expression) in ImportTests.QuartzExpressions)
        {
            await AddAsync(name, CronScheduleBuilder.Create(expression).InTimeZone(Berlin));
        }

        var start = Now.AddDays(-10);
        await AddAsync("paused", CronScheduleBuilder.Create("0 0 9 * * ?").WithMisfireInstruction(CronTriggerMisfireInstruction.DoNothing),
            b => b.UsingJobData("to", "bob").WithPriority(9).WithDescription("a report").EndAt(Now.AddDays(30)));
        await AddAsync("endless", SimpleScheduleBuilder.Create().WithInterval(TimeSpan.FromMinutes(7)).RepeatForever(),
            b => b.StartAt(start));
        await AddAsync("counted", SimpleScheduleBuilder.Create().WithInterval(TimeSpan.FromHours(5)).WithRepeatCount(60),
            b => b.StartAt(start));
        await AddAsync("once", SimpleScheduleBuilder.Create().WithRepeatCount(0), b => b.StartAt(Now.AddDays(3)));
        await AddAsync("hours", CalendarIntervalScheduleBuilder.Create().WithInterval(5, IntervalUnit.Hour).InTimeZone(Berlin),
            b => b.StartAt(start));
        await AddAsync("days",
            CalendarIntervalScheduleBuilder.Create().WithInterval(2, IntervalUnit.Day).InTimeZone(Berlin)
                .PreserveHourOfDayAcrossDaylightSavings(true), b => b.StartAt(start));
        await AddAsync("weeks", CalendarIntervalScheduleBuilder.Create().WithInterval(3, IntervalUnit.Week).InTimeZone(TimeZoneInfo.Utc),
            b => b.StartAt(start));
        await AddAsync("months",
            CalendarIntervalScheduleBuilder.Create().WithInterval(2, IntervalUnit.Month).InTimeZone(Berlin)
                .PreserveHourOfDayAcrossDaylightSavings(true), b => b.StartAt(start));
        await AddAsync("years",
            CalendarIntervalScheduleBuilder.Create().WithInterval(1, IntervalUnit.Year).InTimeZone(Berlin)
                .PreserveHourOfDayAcrossDaylightSavings(true), b => b.StartAt(start));
        await AddAsync("drifting", CalendarIntervalScheduleBuilder.Create().WithInterval(2, IntervalUnit.Day).InTimeZone(Berlin),
            b => b.StartAt(start));
        await AddAsync("daily",
            DailyTimeIntervalScheduleBuilder.Create().WithInterval(72, IntervalUnit.Minute).StartingDailyAt(new TimeOnly(8, 0))
                .EndingDailyAt(new TimeOnly(11, 0)).OnMondayThroughFriday().InTimeZone(Berlin));
        await AddAsync("daily-15",
            DailyTimeIntervalScheduleBuilder.Create().WithInterval(15, IntervalUnit.Minute).StartingDailyAt(new TimeOnly(8, 0))
                .EndingDailyAt(new TimeOnly(18, 0)).InTimeZone(Berlin));
        await scheduler.PauseTrigger(new TriggerKey("paused", "g"));
        await scheduler.Shutdown();
    }

    private void WriteHangfire()
    {
        var options = new PostgreSqlStorageOptions();
        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(ConnectionString, options), options);
        var jobs = new RecurringJobManager(storage);
        foreach (var (name, expression) in ImportTests.HangfireExpressions)
        {
            jobs.AddOrUpdate(name, () => Mail.Send("ada", 5), expression, new RecurringJobOptions { TimeZone = Berlin });
        }

        jobs.AddOrUpdate("strict", () => Mail.Send("ada", 5), "0 9 * * *",
            new RecurringJobOptions { MisfireHandling = MisfireHandlingMode.Strict });
        jobs.AddOrUpdate<Mail>("injected", "critical", m => m.Sweep(null!, CancellationToken.None), "*/5 * * * *",
            new RecurringJobOptions { MisfireHandling = MisfireHandlingMode.Ignorable });
        jobs.AddOrUpdate("never", () => Mail.Send("ada", 5), Cron.Never());
        new BackgroundJobClient(storage).Schedule(() => Mail.Send("later", 1), TimeSpan.FromDays(1));
    }
}

/// <summary>Represents a Quartz job.</summary>
public sealed class SendReportJob : IJob
{
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>Represents a Hangfire job.</summary>
public sealed class Mail
{
    public static void Send(string to, int pages) => ArgumentOutOfRangeException.ThrowIfNegative(pages, to);

    public void Sweep(Hangfire.Server.PerformContext context, CancellationToken ct)
    {
    }
}
