using Company.Tasks;
using OrleansTasks;

var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration.GetSection("Tasks");
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(settings.GetValue("SiloPort", 11111), settings.GetValue("GatewayPort", 30000))
    .UseSqliteTasks(settings["File"] ?? "tasks.db")
    .AddTasks(tasks =>
    {
        // Scheduled tasks. Schedules use UTC unless you name a time zone.
        tasks.Minutes(1, "clean-up", (Reports reports) => reports.CleanUp());
        tasks.Cron("0 9 * * MON-FRI", "report", (Reports reports, TaskRunContext run) => reports.Make(run.ScheduledAt),
            timeZone: "Europe/Berlin");

        // A task on request.
        tasks.Define("square", (int n) => (long)n * n);
    }));

builder.Services.AddSingleton<Reports>();
builder.Services.AddTasksDashboard();
builder.Services.AddHealthChecks().AddOrleansTasks();

var app = builder.Build();
app.MapGet("/", () => "Tasks: /tasks. A value: /square/12");
app.MapGet("/square/{n:int}",
    async (int n, ITaskClient tasks, CancellationToken aborted) => await tasks.RunAsync<long>("square", [n], ct: aborted));

// Both accept requests from this machine only, until you add .RequireAuthorization().
app.MapTasksApi("/api");
app.MapTasksDashboard("/tasks");
app.MapTasksHealth();
app.Run();
