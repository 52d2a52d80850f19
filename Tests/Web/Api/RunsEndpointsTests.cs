namespace OrleansTasks.Tests.Web;

public sealed class RunsEndpointsTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("""{"args":[13]}""", "[13]")]
    [InlineData("""{"named":{"n":13}}""", """{"n":13}""")]
    [InlineData("""{"args":[1],"named":{"n":13}}""", """[1] {"n":13}""")]
    [InlineData("{}", "")]
    [InlineData("null", "")]
    [InlineData(null, "")]
    public async Task Run_Arguments_ReachTheTask(string? body, string expected)
    {
        _api.Tasks.Add("echo");
        var answer = await _api.SendAsync("POST", "tasks/echo/run", body);
        Assert.Equal((200, expected, "succeeded", "True"), (answer.Status, answer["value"], answer["status"], answer["successful"]));
    }

    [Fact]
    public async Task Run_FailedRun_Is422WithTheResultWithoutStack()
    {
        _api.Tasks.Add("a", (_, _) => Task.FromResult(_api.Tasks.Get("a").Finish(status: RunStatus.Failed)));
        var answer = await _api.SendAsync("POST", "tasks/a/run", "{}");
        Assert.Equal((422, "failed", "It broke.", "System.InvalidOperationException"),
            (answer.Status, answer["status"], answer["error"], answer["errorType"]));
        Assert.False(answer.Json.TryGetProperty("stack", out _));
    }

    [Fact]
    public async Task Run_StacksAllowed_AreSent()
    {
        await using var open = await ApiHost.StartAsync(o => o.SendStacks = true);
        open.Tasks.Add("a", (_, _) => Task.FromResult(open.Tasks.Get("a").Finish(status: RunStatus.Failed)));
        Assert.Equal("at Handler()", (await open.SendAsync("POST", "tasks/a/run", "{}"))["stack"]);
    }

    [Fact]
    public async Task Run_Options_ReachTheTask()
    {
        var task = _api.Tasks.Add("a");
        await _api.SendAsync("POST", "tasks/a/run", """{"timeout":"00:00:05","guarantee":"atLeastOnce"}""");
        Assert.Equal(new RunOptions { Timeout = TimeSpan.FromSeconds(5), Guarantee = RunGuarantee.AtLeastOnce }, task.LastRunOptions);
    }

    [Fact]
    public async Task Run_ClientGoesAway_TheRunIsCancelled()
    {
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        _api.Tasks.Add("long", async (_, ct) =>
        {
            ct.Register(cancelled.SetResult);
            started.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(ct);
            throw new InvalidOperationException();
        });
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "tasks/long/run");
        var run = _api.Http.SendAsync(request, leave.Token);
        await started.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("""{"args":{"n":1}}""", "args")]
    [InlineData("""{"args":13}""", "args")]
    [InlineData("""{"named":[1]}""", "named")]
    public async Task Run_ArgumentsOfTheWrongShape_AreRejectedByName(string body, string parameter)
    {
        _api.Tasks.Add("a");
        Assert.Equal(parameter,
            (await _api.SendAsync("POST", "tasks/a/run", body)).Problem(400, "invalid-argument").GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task Run_MalformedJson_GivesThePosition()
    {
        var problem = (await _api.SendAsync("POST", "tasks/a/run", "{\n  \"args\": [1,,]}")).Problem(400, "malformed-json");
        Assert.Equal((2, "$.args"), (problem.GetProperty("line").GetInt32(), problem.GetProperty("path").GetString()));
        Assert.True(problem.GetProperty("column").GetInt32() > 10);
    }

    [Fact]
    public async Task RetryAll_Accepted_Is202WithTheRunsLocation()
    {
        var answer = await _api.SendAsync("POST", "runs/retry?status=failed", "{}");
        Assert.Equal((202, $"/api/runs/{Uri.EscapeDataString(answer["runId"]!)}"),
            (answer.Status, answer.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Discard_ByAQuery_StartsTheOperationWithTheNote()
    {
        var answer = await _api.SendAsync("POST", "runs/discard?deadLetter=open,acknowledged", """{"note":"old"}""");
        Assert.Equal(202, answer.Status);
        var (action, selection, options) = Assert.Single(_api.Tasks.Kept.Applied);
        Assert.Equal((RunAction.Discard, "old", (int?)null), (action, options!.Note, selection.Query!.Limit));
        Assert.Equal([DeadLetterState.Open, DeadLetterState.Acknowledged], selection.Query.DeadLetters);
        Assert.Equal(400, (await _api.SendAsync("POST", "runs/discard", "{}")).Status);
        Assert.Equal(400, (await _api.SendAsync("GET", "runs?deadLetter=lost")).Status);
    }

    [Fact]
    public async Task Dispatch_Accepted_Is202WithTheRunsLocation()
    {
        var task = _api.Tasks.Add("my task");
        var answer = await _api.SendAsync(
            "POST", "tasks/my%20task/dispatch", """{"args":[1],"delay":"00:00:10","timeout":"00:01:00"}""",
            r => r.Headers.Add("Idempotency-Key", "k1"));
        var run = RunId.Parse(answer["runId"]!);
        Assert.Equal((202, $"/api/runs/my%20task~{run.Value:N}"), (answer.Status, answer.Headers.Location?.OriginalString));
        var request = Assert.Single(task.Dispatched);
        Assert.Equal("[1]", request.Arguments?.ToString());
        Assert.Equal(new DispatchOptions { Delay = TimeSpan.FromSeconds(10), IdempotencyKey = "k1", Timeout = TimeSpan.FromMinutes(1) },
            request.Options);
        task.AddRun(new RunInfo { RunId = run });
        Assert.Equal(200, (await _api.SendAsync("GET", answer.Headers.Location!.OriginalString)).Status);
    }

    [Fact]
    public async Task Dispatch_At_ReachesTheTask()
    {
        var task = _api.Tasks.Add("a");
        await _api.SendAsync("POST", "tasks/a/dispatch", """{"at":"2026-03-04T05:06:07+01:00"}""");
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 4, 6, 7, TimeSpan.Zero), Assert.Single(task.Dispatched).Options?.At);
    }

    /// <summary>The caller who sends a key relies on it, so an empty key is an error.</summary>
    [Fact]
    public async Task Dispatch_WithAnEmptyKey_IsRefused()
    {
        var task = _api.Tasks.Add("a");
        (await _api.SendAsync("POST", "tasks/a/dispatch", "{}",
            static r => r.Headers.TryAddWithoutValidation("Idempotency-Key", ""))).Problem(400, "invalid-argument");
        Assert.Empty(task.Dispatched);
    }

    [Fact]
    public async Task Dispatch_AtAndDelay_IsRefused()
    {
        _api.Tasks.Add("a");
        (await _api.SendAsync("POST", "tasks/a/dispatch", """{"at":"2026-03-04T05:06:07Z","delay":"00:00:01"}""")).Problem(400,
            "invalid-argument");
        (await _api.SendAsync("POST", "tasks/nobody/dispatch", "{}")).Problem(404, "task-not-found");
    }

    [Fact]
    public async Task Trigger_Is202WithARunId()
    {
        _api.Tasks.Add("a");
        var answer = await _api.SendAsync("POST", "tasks/a/trigger");
        Assert.Equal((202, "a"), (answer.Status, RunId.Parse(answer["runId"]!).Task));
    }

    [Fact]
    public async Task Runs_AreGivenInPages()
    {
        var task = _api.Tasks.Add("a");
        task.AddRun(new RunInfo { RunId = new RunId("a", Guid.NewGuid()), Status = RunStatus.Running });
        for (var i = 0; i < 3; i++)
        {
            var result = task.Finish(i, RunStatus.Failed);
            task.AddRun(new RunInfo { RunId = result.RunId, Status = result.Status, Result = result });
        }

        var first = await _api.SendAsync("GET", "tasks/a/runs?limit=1");
        Assert.Equal(["running"], Statuses(first));
        var second = await _api.SendAsync("GET", $"tasks/a/runs?limit=2&before={first["next"]}");
        Assert.Equal(["failed", "failed"], Statuses(second));
        Assert.Equal("2", second["next"]);
        Assert.DoesNotContain("stack", second.Text, StringComparison.Ordinal);
        var third = await _api.SendAsync("GET", $"tasks/a/runs?limit=2&before={second["next"]}");
        Assert.Equal((1, ""), (Statuses(third).Length, third["next"]));
    }

    [Fact]
    public async Task Runs_OfATaskWithoutRuns_AreEmpty_AndOfAnUnknownTask_Are404()
    {
        _api.Tasks.Add("a");
        Assert.Empty(Statuses(await _api.SendAsync("GET", "tasks/a/runs")));
        (await _api.SendAsync("GET", "tasks/nobody/runs")).Problem(404, "task-not-found");
        (await _api.SendAsync("GET", "tasks/a/runs?before=x")).Problem(400, "invalid-argument");
    }

    [Fact]
    public async Task GetRun_KnownRun_GivesProgressAndResult()
    {
        var run = new RunId("a", Guid.NewGuid());
        var task = _api.Tasks.Add("a");
        task.AddRun(new RunInfo
        {
            RunId = run,
            Status = RunStatus.Failed,
            Progress = new RunProgress { Fraction = 0.5, Message = "half" },
            Result = task.Result(null, RunStatus.Failed, run),
        });
        var answer = await _api.SendAsync("GET", $"runs/{run}");
        Assert.Equal((200, run.ToString(), "a", "failed"), (answer.Status, answer["runId"], answer["task"], answer["status"]));
        Assert.Equal(0.5, answer.Json.GetProperty("progress").GetProperty("fraction").GetDouble());
        Assert.False(answer.Json.GetProperty("result").TryGetProperty("stack", out _));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Run_Unknown_Is404(string method)
    {
        _api.Tasks.Add("a");
        (await _api.SendAsync(method, $"runs/a~{Guid.NewGuid():N}")).Problem(404, "run-not-found");
        (await _api.SendAsync(method, $"runs/nobody~{Guid.NewGuid():N}")).Problem(404, "task-not-found");
        (await _api.SendAsync(method, "runs/not-a-run")).Problem(404, "run-not-found");
    }

    [Fact]
    public async Task DeleteRun_OpenOrEnded_ReportsWhich()
    {
        var (open, ended) = (new RunId("a", Guid.NewGuid()), new RunId("a", Guid.NewGuid()));
        var task = _api.Tasks.Add("a");
        task.AddRun(new RunInfo { RunId = open, Status = RunStatus.Running });
        task.AddRun(new RunInfo { RunId = ended, Status = RunStatus.Succeeded });
        var first = await _api.SendAsync("DELETE", $"runs/{open}");
        Assert.Equal((202, "True"), (first.Status, first["cancelRequested"]));
        var second = await _api.SendAsync("DELETE", $"runs/{ended}");
        Assert.Equal((200, "succeeded"), (second.Status, second["status"]));
    }

    private static string[] Statuses(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("status").GetString()!)];
}
