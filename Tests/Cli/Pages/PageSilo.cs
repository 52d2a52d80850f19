using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>Runs a silo in this process, with the HTTP API on a real port and the tasks that pages speak of.</summary>
public sealed class PageSilo : IAsyncLifetime
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);

    // Tasks that commands cancel or change.
    private static readonly TaskRegistration[] Changing =
    [
        new() { Name = "often", Handler = "fibonacci", Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)), Arguments = [50] },
        new() { Name = "report", Handler = "count", Schedule = TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin") },
        new() { Name = "bill", Handler = "count", Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)) },
    ];

    private WebApplication _app = null!;

    public string Address => _app.Urls.Single();

    public ITaskClient Client => _app.Services.GetRequiredService<ITaskClient>();

    public IEnumerable<RouteEndpoint> Endpoints =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(static d => d.Endpoints).OfType<RouteEndpoint>();

    public async ValueTask InitializeAsync()
    {
        var ports = Ports.Take(2);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHealthChecks().AddOrleansTasks();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(ports[0], ports[1])
            .UseInMemoryTasks()
            .AddTasks(tasks => tasks
                .Define("fibonacci", (int n) => n)
                .Define("add", (int a, int b) => a + b)
                .Define("fail", (string message) => Fail(message))
                .Define("greet", (string name) => $"Hello, {name}!")
                .Define("resize", (string file, int width = 800) => $"{file} {width}")
                .Define("send-mail", (string to, int pages) => $"{pages} to {to}")
                .Define("send-report", (string to, int pages) => $"{pages} to {to}")
                .Define("import", (string[]? rows = null) => rows?.Length)
                .Define("invoice", () => { })
                .Define("count", () => { })
                .Define("clean", () => { })
                .Every(Often, "tick", () => { })
                .Every(Often, "greet-the-world", () => "Hello, world!")
                .Every(Often, "sleep", (int milliseconds = 0) => milliseconds)));
        _app = builder.Build();
        _app.MapTasksApi("/api");
        _app.MapTasksHealth();
        await _app.StartAsync();
        await ResetAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Undoes what commands of earlier blocks have done.</summary>
    public async Task ResetAsync(CancellationToken ct)
    {
        await Client.StartAsync(ct);
        foreach (var task in Changing)
        {
            await Client.ScheduleAsync(task, ct);
            await Client.GetTask(task.Name).ResumeAsync(ct: ct);
        }
    }

    /// <summary>Returns the id of a run of a task that has ended.</summary>
    public async Task<string> EndedRunAsync(string task, CancellationToken ct)
    {
        var run = await Client.DispatchAsync(task, ct: ct);
        await Client.WaitAsync(run, ct: ct);
        return run.ToString();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Fail(string message) => throw new InvalidOperationException(message);

    /// <summary>The tests that share the silo. They run one after the other.</summary>
    [CollectionDefinition]
    public sealed class Tests : ICollectionFixture<PageSilo>;
}
