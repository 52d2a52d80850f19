using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace OrleansTasks.Tests.Web;

/// <summary>Runs the API on a real server at a free port, over a cluster in memory with its own clock.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, FakeCluster tasks, FakeTimeProvider time)
    {
        _app = app;
        Tasks = tasks;
        Time = time;
        Log = app.Services.GetService<SeenLog>() ?? new SeenLog();
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single() + "/api/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public FakeCluster Tasks { get; }

    public FakeTimeProvider Time { get; }

    public HttpClient Http { get; }

    /// <summary>Gets the log of the server and the API.</summary>
    public SeenLog Log { get; }

    public int Port => new Uri(_app.Urls.Single()).Port;

    public static async Task<ApiHost> StartAsync(Action<TasksApiOptions>? configure = null, Action<RouteGroupBuilder>? group = null,
        Action<WebApplicationBuilder>? build = null, Action<WebApplication>? pipeline = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = 1000);
        builder.Logging.ClearProviders();
        var log = new SeenLog();
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(log);
        var (tasks, time) = (new FakeCluster(), new FakeTimeProvider(FakeTask.Epoch));
        builder.Services.AddSingleton<ITaskClient>(tasks);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddOpenApi();
        build?.Invoke(builder);
        var app = builder.Build();
        pipeline?.Invoke(app);
        var api = app.MapTasksApi("/api", configure);
        group?.Invoke(api);
        app.MapOpenApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiHost(app, tasks, time);
    }

    public async Task<Answer> SendAsync(string method, string path, string? json = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        change?.Invoke(request);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers);
    }

    public Task<EventReader> ListenAsync(string path, string? lastEventId = null) => EventReader.OpenAsync(Http, path, lastEventId);

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>Stores a response with its whole body.</summary>
internal sealed record Answer(int Status, string Text, string? ContentType, System.Net.Http.Headers.HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    public string? this[string member] => Json.GetProperty(member).ToString();

    /// <summary>Checks that the response is a problem of the given type, and returns it.</summary>
    public JsonElement Problem(int status, string type)
    {
        Assert.Equal((status, "application/problem+json"), (Status, ContentType));
        Assert.Equal(("urn:orleans-tasks:" + type, status), (this["type"], Json.GetProperty("status").GetInt32()));
        Assert.False(string.IsNullOrEmpty(this["title"]) || string.IsNullOrEmpty(this["detail"]));
        return Json;
    }
}

/// <summary>Records the log.</summary>
internal sealed class SeenLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, LogLevel Level, string Text, Exception? Exception)> _lines = [];

    public IReadOnlyCollection<(string Category, LogLevel Level, string Text, Exception? Exception)> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Sink(categoryName, this);

    public void Dispose()
    {
    }

    private sealed class Sink(string category, SeenLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            log._lines.Enqueue((category, logLevel, formatter(state, exception), exception));
    }
}
