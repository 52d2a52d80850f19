using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(OrleansTasks.Tests.Cli.TestSilo))]

namespace OrleansTasks.Tests.Cli;

/// <summary>Runs a silo in this process, with the HTTP API on a real port. Requests to <c>/secret/api</c> need a token.</summary>
public sealed class TestSilo : IAsyncLifetime
{
    public const string Token = "a-token";
    private WebApplication _app = null!;

    public string Address => _app.Urls.Single();

    public ITaskClient Client => _app.Services.GetRequiredService<ITaskClient>();

    /// <summary>Holds runs of <c>held</c> until a test releases them.</summary>
    internal static SemaphoreSlim Held { get; } = new(0);

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
                .Define("add", (int a, int b) => a + b)
                .Define("echo", (string text) => text)
                .Define("fail", (string message) => Fail(message))
                .Define("note", (ILogger log, string text) => log.LogWarning("It says {Text}", text))
                .Define("held", (CancellationToken ct) => Held.WaitAsync(ct))
                .Cron("0 9 * * MON-FRI", "report", () => "done", timeZone: "Europe/Berlin")));
        _app = builder.Build();
        _app.Use(static (http, next) =>
        {
            if (!http.Request.Path.StartsWithSegments("/secret") || http.Request.Headers.Authorization == $"Bearer {Token}")
            {
                return next(http);
            }

            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });
        _app.MapTasksApi("/api");
        _app.MapTasksApi("/secret/api");
        _app.MapTasksHealth();
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Fail(string message) => throw new InvalidOperationException(message);
}
