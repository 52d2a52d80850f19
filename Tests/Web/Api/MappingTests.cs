using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Tests.Web;

public sealed class MappingTests
{
    private const string Surface = """
        DELETE /api/batches/{batchId} api.CancelBatch 200 202 403 404 503
        DELETE /api/calendars/{name} api.RemoveCalendar 204 403 404 409 503
        DELETE /api/runs/{runId} api.CancelRun 200 202 403 404 503
        DELETE /api/tasks/{name} api.CancelTask 204 400 403 404 503
        GET /api/batches/{batchId} api.GetBatch 200 404 503
        GET /api/broadcasts api.StreamBroadcasts 200 503
        GET /api/calendars api.ListCalendars 200 503
        GET /api/calendars/{name} api.GetCalendar 200 404 503
        GET /api/events api.StreamEvents 200 503
        GET /api/groups/{name} api.GetGroup 200 400 503
        GET /api/handlers api.ListHandlers 200 503
        GET /api/overview api.GetOverview 200 503
        GET /api/results api.StreamResults 200 503
        GET /api/runs api.FindRuns 200 400 503
        GET /api/runs/counts api.CountRuns 200 400 503
        GET /api/runs/{runId} api.GetRun 200 404 503
        GET /api/scheduler api.GetScheduler 200 503
        GET /api/silos api.ListSilos 200 503
        GET /api/tasks api.ListTasks 200 400 503
        GET /api/tasks/{name} api.GetTask 200 400 404 503
        GET /api/tasks/{name}/events api.StreamTaskEvents 200 400 404 503
        GET /api/tasks/{name}/ledger api.GetLedger 200 400 404 503
        GET /api/tasks/{name}/occurrences api.ListOccurrences 200 400 404 503
        GET /api/tasks/{name}/results api.StreamTaskResults 200 400 404 503
        GET /api/tasks/{name}/runs api.ListRuns 200 400 404 503
        POST /api/batches api.DispatchBatch 202 400 403 404 409 413 415 503
        POST /api/broadcasts api.SendBroadcast 202 400 403 413 415 503
        POST /api/runs/acknowledge api.AcknowledgeRuns 202 400 403 409 413 415 503
        POST /api/runs/cancel api.CancelRuns 202 400 403 409 413 415 503
        POST /api/runs/discard api.DiscardRuns 202 400 403 409 413 415 503
        POST /api/runs/retry api.RetryRuns 202 400 403 409 413 415 503
        POST /api/runs/{runId}/acknowledge api.AcknowledgeRun 200 400 403 404 409 413 415 503
        POST /api/runs/{runId}/discard api.DiscardRun 200 400 403 404 409 413 415 503
        POST /api/runs/{runId}/retry api.RetryRun 202 400 403 404 409 413 415 503
        POST /api/scheduler/start api.StartScheduler 200 400 403 413 415 503
        POST /api/scheduler/stop api.StopScheduler 200 400 403 413 415 503
        POST /api/silos/{silo}/drain api.DrainSilo 200 400 403 404 413 415 503
        POST /api/silos/{silo}/resume api.ResumeSilo 200 400 403 404 413 415 503
        POST /api/tasks/{name}/backfill api.BackfillTask 202 400 403 404 409 413 415 503
        POST /api/tasks/{name}/dispatch api.DispatchTask 202 400 403 404 409 413 415 422 503
        POST /api/tasks/{name}/pause api.PauseTask 200 400 403 404 409 413 415 503
        POST /api/tasks/{name}/preview api.PreviewSchedule 200 400 403 413 415 503
        POST /api/tasks/{name}/resume api.ResumeTask 200 400 403 404 409 413 415 503
        POST /api/tasks/{name}/run api.RunTask 200 202 400 403 404 409 413 415 422 503 504
        POST /api/tasks/{name}/trigger api.TriggerTask 202 400 403 404 409 413 415 503
        PUT /api/calendars/{name} api.PutCalendar 200 201 400 403 413 415 503
        PUT /api/groups/{name} api.PutGroup 200 400 403 413 415 503
        PUT /api/tasks/{name} api.PutTask 200 201 400 403 409 413 415 503
        """;

    [Fact]
    public async Task OpenApi_ListsEveryPathMethodNameAndStatus()
    {
        await using var api = await ApiHost.StartAsync();
        var document = (await api.SendAsync("GET", "/openapi/v1.json")).Json;
        var found =
            from path in document.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            let statuses = operation.Value.GetProperty("responses").EnumerateObject().Select(r => r.Name).Order(StringComparer.Ordinal)
            select $"{operation.Name.ToUpperInvariant()} {path.Name} {operation.Value.GetProperty("operationId").GetString()} "
                + $"{string.Join(' ', statuses)}";
        Assert.Equal(Surface.ReplaceLineEndings("\n").Split('\n'), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OpenApi_DescribesBodiesStreamsAndProblems()
    {
        await using var api = await ApiHost.StartAsync();
        var document = (await api.SendAsync("GET", "/openapi/v1.json")).Json;
        var run = document.GetProperty("paths").GetProperty("/api/tasks/{name}/run").GetProperty("post");
        var body = run.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        var schema = document.GetProperty("components").GetProperty("schemas")
            .GetProperty(body.GetProperty("$ref").GetString()!.Split('/')[^1]);
        Assert.Equal(["args", "named", "timeout", "guarantee", "retry", "priority", "headers"],
            schema.GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.True(
            run.GetProperty("responses").GetProperty("404").GetProperty("content").TryGetProperty("application/problem+json", out _));
        Assert.False(string.IsNullOrEmpty(run.GetProperty("summary").GetString()));
        var stream = document.GetProperty("paths").GetProperty("/api/results").GetProperty("get").GetProperty("responses")
            .GetProperty("200");
        Assert.True(stream.GetProperty("content").TryGetProperty("text/event-stream", out _));
    }

    [Fact]
    public async Task Group_GuardedByTheHost_CoversEveryEndpoint()
    {
        await using var api = await ApiHost.StartAsync(
            group: g => g.AddEndpointFilter((_, _) => ValueTask.FromResult<object?>(TypedResults.StatusCode(418))));
        var document = (await api.SendAsync("GET", "/openapi/v1.json")).Json;
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                Assert.Equal(418, (await api.SendAsync(operation.Name.ToUpperInvariant(), path.Name)).Status);
            }
        }
    }

    [Fact]
    public void Map_OptionsOutOfRange_ListsAllFaults()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<ITaskClient>(new FakeCluster());
        var error = Assert.Throws<OptionsValidationException>(() => builder.Build().MapTasksApi(configure: o =>
        {
            o.MaxRequestBodySize = 1;
            o.Heartbeat = TimeSpan.Zero;
            o.AllowedOrigins.Add("ops.example.com/");
        }));
        Assert.Equal(3, error.Failures.Count());
    }

    [Fact]
    public void Map_WithoutATaskClient_SaysWhatToCall()
    {
        var error = Assert.Throws<InvalidOperationException>(() => WebApplication.CreateSlimBuilder().Build().MapTasksApi());
        Assert.Contains("AddTaskClient()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_UnderAnotherPathAndBase_ReturnsAddressesThere()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var tasks = new FakeCluster();
        tasks.Add("a");
        builder.Services.AddSingleton<ITaskClient>(tasks);
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UsePathBase("/base");
        app.UseRouting();
        app.MapTasksApi("/internal/v1");
        app.MapTasksApi("/api");
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var response = await http.PostAsync("/base/internal/v1/tasks/a/dispatch", null, TestContext.Current.CancellationToken);
        var run = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .GetProperty("runId").GetString();
        Assert.Equal($"/base/internal/v1/runs/{run}", response.Headers.Location?.OriginalString);
    }
}
