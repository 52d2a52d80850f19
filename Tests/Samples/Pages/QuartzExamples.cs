using Microsoft.Extensions.Hosting;
using Quartz;

namespace OrleansTasks.Tests.Samples.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What the page for users of Quartz shows. Nothing here is run; that it compiles is the test.
internal static class QuartzExamples
{
    public static void Before(IHostApplicationBuilder builder, string connectionString)
    {
        // example: quartz-before
        builder.Services.AddQuartz(quartz =>
        {
            quartz.UsePersistentStore(store => store.UsePostgres(connectionString));
            quartz.AddJob<SendReportJob>(job => job.WithIdentity("report").StoreDurably());
            quartz.AddTrigger(trigger => trigger.ForJob("report").WithIdentity("workdays")
                .UsingJobData("to", "board@example.com").UsingJobData("pages", "3")
                .WithCronSchedule("0 0 9 ? * 2-6", cron => cron.InTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"))));
        });
        builder.Services.AddQuartzHostedService();
        // end
    }

    public static async Task BeforeAsync(IScheduler scheduler, TimeProvider time)
    {
        // example: quartz-before-once
        await scheduler.ScheduleJob(TriggerBuilder.Create().ForJob("report")
            .UsingJobData("to", "ada@example.org").UsingJobData("pages", "1")
            .StartAt(time.GetUtcNow().AddMinutes(10)).Build());
        // end
    }

    public static void After(IHostApplicationBuilder builder, string connectionString)
    {
        // example: quartz-after
        builder.UseOrleans(silo => silo
            .UsePostgreSqlTaskClustering(connectionString)
            .UsePostgreSqlTasks(connectionString)
            .AddTasks(tasks =>
            {
                tasks.Define("send-report", (string to, int pages, Reports reports, CancellationToken stop) =>
                    reports.SendAsync(to, pages, stop));
                var workdays = TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin");
                tasks.Schedule("workdays", workdays, "send-report", arguments: ["board@example.com", 3]);
            }));
        // end
    }

    public static async Task AfterAsync(ITaskClient tasks)
    {
        // example: quartz-after-once
        await tasks.DispatchAsync("send-report", ["ada@example.org", 1], new DispatchOptions { Delay = TimeSpan.FromMinutes(10) });
        // end
    }
}

// example: quartz-before-job
public class SendReportJob(Reports reports) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await reports.SendAsync(context.MergedJobDataMap.GetString("to")!, context.MergedJobDataMap.GetInt("pages"), cancellationToken);
}
// end
