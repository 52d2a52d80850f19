using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace OrleansTasks.Tests.Unit.Pages;

// What pages show of programs and their settings. Nothing here is run; that it compiles is the test.
internal static class HostExamples
{
    public static void Package(string[] args)
    {
        // example: package-readme
        // using OrleansTasks;

        var builder = WebApplication.CreateBuilder(args);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering()
            .UseSqliteTasks("tasks.db")
            .AddTasks(tasks =>
            {
                tasks.Define("square", (int n) => (long)n * n);
                tasks.Seconds(1, "tick", (TaskRunContext run) => run.ScheduledAt);
            }));
        builder.Services.AddTasksDashboard();

        var app = builder.Build();
        app.MapTasksApi("/api");
        app.MapTasksDashboard("/tasks");
        app.Run();
        // end
    }

    public static void Configuration(WebApplicationBuilder builder)
    {
        // example: from-configuration
        builder.UseOrleans(silo => silo
            .UseSqliteTasks("tasks.db")
            .AddTasks(tasks => tasks
                .Define("send-report", SendReport)
                .Define("clean", Clean)
                .FromConfiguration(builder.Configuration.GetSection("OrleansTasks"))));
        // end
    }

    public static void ClientConfiguration(WebApplicationBuilder builder)
    {
        // example: client-configuration
        builder.UseOrleansClient(client => client
            .UseRedisTaskClustering(o => o.ConnectionName = "tasks")
            .AddTaskClient(o => builder.Configuration.GetSection("OrleansTasks:Client").BindTasks(o)));
        // end
    }

    public static void Dashboard(WebApplicationBuilder builder)
    {
        // example: map-dashboard
        builder.Services.AddTasksDashboard();

        var app = builder.Build();
        app.MapTasksDashboard("/tasks").RequireAuthorization();
        // end
    }

    public static void Api(WebApplication app)
    {
        // example: map-api
        app.MapTasksApi("/api", options => options.SendStacks = true).RequireAuthorization();
        // end
    }

    public static void Health(WebApplicationBuilder builder, WebApplication app)
    {
        // example: health-checks
        builder.Services.AddHealthChecks().AddOrleansTasks();   // on silos, and on web servers with AddTaskClient
        app.MapTasksHealth();                                   // /health/live and /health/ready; of the package OrleansTasks.Dashboard
        // end
    }

    public static void Streams(ISiloBuilder silo)
    {
        // example: stream-memory
        silo.Services.Configure<StreamCacheEvictionOptions>(TaskStreams.Provider, streams =>
        {
            streams.DataMinTimeInCache = TimeSpan.FromMinutes(1);
            streams.DataMaxAgeInCache = TimeSpan.FromMinutes(2);
        });
        // end
    }

#pragma warning disable RS0030 // The example is for a program that has no TimeProvider.
    public static void Checked(ISiloBuilder silo)
    {
        // example: checked-handler
        var path = $"/var/records/{Guid.NewGuid():N}.records";
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        silo.AddTasks(
            tasks => tasks.Define("record", async (int milliseconds, TaskRunContext run) =>
            {
                Record("Start", run);
                await Task.Delay(milliseconds, run.CancellationToken);
                Record("End", run);
            }),
            options => options.MisfireThreshold = TimeSpan.FromMinutes(2));

        void Record(string what, TaskRunContext run)
        {
            var now = DateTimeOffset.UtcNow;
            var line = string.Join('\t', what, run.RunId, run.Attempt, run.Trigger, run.ScheduledAt.UtcTicks, now.UtcTicks) + "\n";
            lock (file)
            {
                file.Write(Encoding.UTF8.GetBytes(line));
            }
        }
        // end
    }
#pragma warning restore RS0030

    private static string SendReport(string to, int pages) => $"{pages} to {to}";

    private static void Clean()
    {
    }
}
