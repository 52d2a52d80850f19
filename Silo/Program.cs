using System.Net;
using OrleansTasks;
using OrleansTasks.Silo;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (!SiloSettings.TryRead(builder.Configuration, out var settings, out var faults))
{
    Console.Error.WriteLine($"The settings are not valid. {string.Join(" ", faults)}");
    return 1;
}

builder.Logging.AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.TimestampFormat = "HH:mm:ss ";
});
if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null)
{
    builder.WebHost.UseUrls("http://127.0.0.1:5080");
}

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddOpenApi();
builder.UseOrleans(silo =>
{
    silo.UseLocalhostClustering(settings.Port, settings.GatewayPort, settings.PrimaryPort is { } primary ? new IPEndPoint(IPAddress.Loopback, primary) : null);
    _ = settings.SqlitePath is { } path ? silo.UseSqliteTasks(path) : silo.UseInMemoryTasks();
    silo.AddTasks(tasks => tasks.AddSamples());
});
builder.Services.AddSingleton(settings);
builder.Services.AddHostedService<StartReport>();

var app = builder.Build();
try
{
    app.Services.GetService<SqliteStore>()?.Open();
}
catch (SqliteStorageException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

app.MapTasksApi("/api");
app.MapOpenApi();
app.MapGet("/", () => """
    An OrleansTasks silo.

    GET  /api/tasks                    the tasks
    POST /api/tasks/fibonacci/run      {"args":[90]}
    GET  /api/tasks/tick/results       results as they come
    GET  /api/broadcasts               broadcasts as they come
    GET  /openapi/v1.json              everything else

    """).ExcludeFromDescription();
await app.RunAsync();
return 0;
