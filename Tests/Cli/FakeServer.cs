using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Cli;

/// <summary>Answers requests as the test says, and records them.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Gets the method and path with query, the body, the authorization and the last event id of each request.</summary>
    public ConcurrentQueue<(string Request, string Body, string Authorization, string? LastEventId)> Asked { get; } = [];

    public static async Task<FakeServer> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new FakeServer(app);
        app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            server.Asked.Enqueue(
                ($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}", await reader.ReadToEndAsync(),
                    http.Request.Headers.Authorization.ToString(), http.Request.Headers["Last-Event-ID"]));
            await answer(http);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Starts a server that answers every request with the same JSON.</summary>
    public static Task<FakeServer> StartAsync(int status, string json, string type = "application/json") => StartAsync(http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(json);
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
