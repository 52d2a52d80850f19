using Company.Tasks.Contracts;
using Company.Tasks.ServiceDefaults;
using Orleans.Configuration;
using OrleansTasks;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();

// A web server runs no tasks itself. It sends requests to the silos.
var settings = builder.Configuration;
builder.UseOrleansClient(client => client
    .Configure<ClusterOptions>(o => o.ClusterId = o.ServiceId = settings.ClusterId())
    .UseStoreNameTaskClustering(settings.StoreConnection())
    .AddTaskClient());
builder.Services.AddTasksDashboard(dashboard => settings.GetSection("Dashboard").BindTasks(dashboard));

var app = builder.Build();
app.MapServiceDefaults();
app.MapGet("/", () => "Tasks: /tasks. A value: /square/12");
app.MapGet("/square/{n:int}",
    async (int n, ITaskClient tasks, CancellationToken aborted) => await tasks.RunAsync(Names.Square, n, ct: aborted));

// Both accept requests from this machine only, until you add .RequireAuthorization().
app.MapTasksApi("/api", api => settings.GetSection("Api").BindTasks(api));
app.MapTasksDashboard("/tasks");
app.Run();
