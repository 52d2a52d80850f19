using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrleansTasks.Tests.Samples.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What the page for users of Hangfire shows. Nothing here is run; that it compiles is the test.
internal static class HangfireExamples
{
    public static void Before(string[] args, string connectionString)
    {
        // example: hangfire-before
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddScoped<Reports>();
        builder.Services.AddHangfire(h => h.UsePostgreSqlStorage(o => o.UseNpgsqlConnection(connectionString)));
        builder.Services.AddHangfireServer();

        var app = builder.Build();
        app.Services.GetRequiredService<IRecurringJobManager>().AddOrUpdate<Reports>(
            "report",
            r => r.SendAsync("board@example.com", 3, CancellationToken.None),
            "0 9 * * 1-5",
            new RecurringJobOptions { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") });
        app.MapPost("/reports/{to}", (string to, IBackgroundJobClient jobs) =>
            jobs.Enqueue<Reports>(r => r.SendAsync(to, 1, CancellationToken.None)));
        app.MapHangfireDashboard();
        app.Run();
        // end
    }

    public static void After(string[] args, string connectionString)
    {
        // example: hangfire-after
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddScoped<Reports>();
        builder.Services.AddTasksDashboard();
        builder.UseOrleans(silo => silo
            .UsePostgreSqlTaskClustering(connectionString)
            .UsePostgreSqlTasks(connectionString)
            .AddTasks(tasks =>
            {
                tasks.Define("send-report", (string to, int pages, Reports reports, CancellationToken stop) =>
                    reports.SendAsync(to, pages, stop));
                var weekdays = TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin");
                tasks.Schedule("report", weekdays, "send-report", arguments: ["board@example.com", 3]);
            }));

        var app = builder.Build();
        app.MapPost("/reports/{to}", async (string to, ITaskClient tasks) =>
            (await tasks.DispatchAsync("send-report", [to, 1])).ToString());
        app.MapTasksDashboard("/tasks");
        app.Run();
        // end
    }
}

public sealed class Reports
{
    public Task SendAsync(string to, int pages, CancellationToken ct) => Task.FromResult($"{pages} to {to}");
}
