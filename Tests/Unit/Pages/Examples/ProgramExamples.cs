using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Unit.Pages;

// What pages show of whole programs. Nothing here is run; that it compiles is the test.
internal static class ProgramExamples
{
    public static void Readme(string[] args)
    {
        // example: readme-program
        // using OrleansTasks;

        var builder = WebApplication.CreateBuilder(args);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering()
            .UseSqliteTasks("tasks.db")
            .AddTasks(tasks =>
            {
                tasks.Define("square", (int n) => (long)n * n);
                tasks.Cron("0 9 * * MON-FRI", "report", (ILogger log) => log.LogInformation("Good morning."), timeZone: "Europe/Berlin");
            }));
        builder.Services.AddTasksDashboard();

        var app = builder.Build();
        app.MapGet("/square/{n:int}", async (int n, ITaskClient tasks, CancellationToken aborted) =>
            await tasks.RunAsync<long>("square", [n], ct: aborted));
        app.MapTasksApi("/api");
        app.MapTasksDashboard("/tasks");
        app.Run();
        // end
    }

    public static void WebServer(string[] args)
    {
        // example: web-server
        // using OrleansTasks;

        var builder = WebApplication.CreateBuilder(args);
        builder.UseOrleansClient(client => client.UseLocalhostClustering().AddTaskClient());
        builder.Services.AddTasksDashboard();

        var app = builder.Build();
        app.MapGet("/greet/{name}", async (string name, ITaskClient tasks, CancellationToken aborted) =>
            await tasks.RunAsync<string>("greet", [name], ct: aborted));
        app.MapTasksApi("/api");
        app.MapTasksDashboard("/tasks");
        app.Run();
        // end
    }

    public static void FirstTask(TasksBuilder tasks)
    {
        // example: first-task
        tasks.Define("greet", (string name, ILogger log) =>
        {
            log.LogInformation("Greeting {Name}", name);
            return $"Hello, {name}!";
        });
        // end
    }

    public static void FirstSchedule(TasksBuilder tasks)
    {
        // example: first-schedule
        tasks.Schedule("greet-the-world", TaskSchedule.Every(TimeSpan.FromSeconds(10)), "greet", arguments: ["world"]);
        // end
    }

    public static void Cluster(WebApplicationBuilder builder, string connectionString, int port, int gatewayPort)
    {
        // example: cluster-silo
        builder.UseOrleans(silo => silo
            .UseRedisTaskClustering(connectionString)
            .UseRedisTasks(connectionString)
            .ConfigureEndpoints(siloPort: port, gatewayPort: gatewayPort)
            .AddTasks(tasks => tasks.Define("greet", (string name) => $"Hello, {name}!")));
        // end
    }

    public static void ClusterWebServer(WebApplicationBuilder builder, string connectionString)
    {
        // example: cluster-web-server
        builder.UseOrleansClient(client => client
            .UseRedisTaskClustering(connectionString)
            .AddTaskClient());
        // end
    }

    public static void Health(WebApplicationBuilder builder, WebApplication app)
    {
        // example: health
        builder.Services.AddHealthChecks().AddOrleansTasks();
        app.MapTasksHealth();
        // end
    }

    public static void Drain(WebApplicationBuilder builder, ISiloBuilder silo)
    {
        // example: drain-timeout
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(3));
        silo.AddTasks(tasks => { }, options => options.DrainTimeout = TimeSpan.FromMinutes(2));
        // end
    }

    public static void Secure(WebApplicationBuilder builder)
    {
        // example: policies
        builder.Services.AddAuthentication().AddCookie();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("look", policy => policy.RequireAuthenticatedUser())
            .AddPolicy("act", policy => policy.RequireRole("operator"));
        // end
    }

    public static void UsePolicies(WebApplication app)
    {
        // example: use-policies
        app.MapTasksDashboard("/tasks", options =>
        {
            options.ViewPolicy = "look";
            options.ActPolicy = "act";
        });
        app.MapTasksApi("/api", options =>
        {
            options.LookPolicy = "look";
            options.ActPolicy = "act";
        });
        // end
    }

    public static void Mask(WebApplication app)
    {
        // example: mask
        app.MapTasksDashboard("/tasks", options => options.Mask = (task, kind, json) =>
            task == "charge-card" && kind is MaskedKind.Arguments ? "\"•••\"" : json).RequireAuthorization();
        // end
    }

    public static void Actor(WebApplication app)
    {
        // example: actor
        app.MapPost("/reports/pause", async (ClaimsPrincipal user, ITaskClient tasks) =>
        {
            using (TaskActor.As(user.Identity?.Name))
            {
                await tasks.GetTask("report").PauseAsync("Quarter end.");
            }
        }).RequireAuthorization();
        // end
    }

    public static void SqliteBackup(WebApplication app)
    {
        // example: sqlite-backup
        app.MapPost("/backup", async (SqliteStore store, TimeProvider time, CancellationToken aborted) =>
        {
            var copy = $"backups/tasks-{time.GetUtcNow():yyyyMMdd-HHmmss}.db";
            await store.BackupAsync(copy, aborted);
            return Results.Ok(copy);
        }).RequireAuthorization();
        // end
    }
}
