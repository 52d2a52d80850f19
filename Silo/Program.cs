using Microsoft.Extensions.Options;
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
builder.AddProgramTelemetry();
builder.Services.AddHealthChecks().AddOrleansTasks();
builder.Services.AddTasksDashboard(dashboard => builder.Configuration.GetSection("Dashboard").BindTasks(dashboard));
try
{
    builder.UseOrleans(
        silo =>
            silo.UseCluster(settings).UseStorage(settings)
                .AddTasks(tasks => tasks.AddSamples().FromConfiguration(builder.Configuration.GetSection("OrleansTasks"))));
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"The settings are not valid. {e.Message}");
    return 1;
}

builder.Services.AddSingleton(settings);
builder.Services.AddHostedService<StartReport>();

var app = builder.Build();
try
{
    app.MapTasksApi("/api", api => app.Configuration.GetSection("Api").BindTasks(api));
    app.MapTasksDashboard("/tasks");
}
catch (Exception e) when (e is InvalidOperationException or OptionsValidationException)
{
    Console.Error.WriteLine($"The settings are not valid. {e.Message}");
    return 1;
}

app.MapTasksHealth();
app.MapOpenApi();
app.MapGet("/", () => """
    An OrleansTasks silo.

    /tasks                             the dashboard, for a browser on this machine

    GET  /api/tasks                    the tasks
    POST /api/tasks/fibonacci/run      {"args":[90]}
    GET  /api/tasks/tick/results       results as they come
    GET  /api/broadcasts               broadcasts as they come
    GET  /health/live, /health/ready   whether it answers, and whether tasks run
    GET  /openapi/v1.json              everything else

    """).ExcludeFromDescription();
try
{
    await app.RunInOrderAsync();
    return 0;
}
catch (Exception e)
{
    // The operator can correct these errors, and the message says how. Any other error is a defect of the program.
    Console.Error.WriteLine(e is TaskStorageException or OrleansConfigurationException or IOException ? e.Message : e.ToString());
    return 1;
}
