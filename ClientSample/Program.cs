using Microsoft.Extensions.Options;
using OrleansTasks;
using OrleansTasks.ClientSample;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (!ClientSettings.TryRead(builder.Configuration, out var settings, out var faults))
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
    builder.WebHost.UseUrls("http://127.0.0.1:5090");
}

builder.Services.AddOpenApi();
builder.AddProgramTelemetry();
builder.Services.AddHealthChecks().AddOrleansTasks();
builder.Services.AddProblemDetails();
builder.Services.AddTasksDashboard(dashboard => builder.Configuration.GetSection("Dashboard").BindTasks(dashboard));
try
{
    builder.UseOrleansClient(client => settings.Use(client).AddTaskClient());
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"The settings are not valid. {e.Message}");
    return 1;
}

var app = builder.Build();

// Gives responses without a body, such as the one to an unreadable number, the form of problem details.
app.UseStatusCodePages();
try
{
    app.MapSamples();
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
    A web server that has no tasks of its own: it runs those of the silo.

    /tasks                             the dashboard, for a browser on this machine

    GET  /fibonacci/{n}                runs a task and waits for its value
    GET  /dispatch?message=            runs a task and does not wait
    GET  /broadcasts                   broadcasts as they come
    GET  /api/tasks                    the tasks
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
    Console.Error.WriteLine(e is TaskException or IOException ? e.Message : e.ToString());
    return 1;
}
