namespace OrleansTasks.Tests.Web;

/// <summary>Tests the headers of runs and tasks over HTTP.</summary>
public sealed class HeadersTests : IAsyncLifetime
{
    private const string Secret = "hunter2";
    private ApiHost _api = null!;

    private static Dictionary<string, string> Tenant => new() { ["tenant"] = "acme" };

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Headers_InEachBody_ReachTheTask()
    {
        const string Headers = """
            "headers":{"tenant":"acme"}
            """;
        var task = _api.Tasks.Add("a");
        task.Info = task.Info with { Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)).Resolve(FakeTask.Epoch) };
        Assert.Equal(200, (await _api.SendAsync("POST", "tasks/a/run", $$"""{"args":[1],{{Headers}}}""")).Status);
        Assert.Equal(202,
            (await _api.SendAsync("POST", "tasks/a/dispatch", $$"""{"then":[{"task":"b",{{Headers}}}],{{Headers}}}""")).Status);
        Assert.Equal(202, (await _api.SendAsync("POST", "tasks/a/trigger", $$"""{{{Headers}}}""")).Status);
        Assert.Equal(202,
            (await _api.SendAsync("POST", "tasks/a/backfill",
                $$"""{"from":"2026-01-02T00:00:00Z","to":"2026-01-02T05:00:00Z",{{Headers}}}""")).Status);
        Assert.Equal(Tenant, task.LastRunOptions!.Headers);
        Assert.Equal(Tenant, Assert.Single(task.Dispatched).Options!.Headers);
        Assert.Equal(Tenant, Assert.Single(task.Dispatched[0].Options!.Then!).Headers);
        Assert.Equal(Tenant, Assert.Single(task.Triggered)!.Headers);
        Assert.Equal(Tenant, task.LastBackfill!.Headers);

        var put = await _api.SendAsync("PUT", "tasks/new", $$"""{"handler":"a",{{Headers}}}""");
        Assert.Equal((201, "acme"), (put.Status, put.Json.GetProperty("headers").GetProperty("tenant").GetString()));
        Assert.Equal(Tenant, _api.Tasks.Get("new").Info.Headers);
        Assert.False((await _api.SendAsync("GET", "tasks/a")).Json.TryGetProperty("headers", out _));

        var batch = await _api.SendAsync("POST", "batches",
            $$$"""{"items":[{"task":"a",{{{Headers}}}},{"task":"a","options":{"delay":"00:00:05",{{{Headers}}}}},"""
                + $$$"""{"task":"a"}],"then":{"task":"b",{{{Headers}}}}}""");
        var (_, items, then) = _api.Tasks.Batches[batch.Json.GetProperty("batchId").GetGuid()];
        Assert.Equal(["acme", "acme", "none"], items.Select(i => i.Options?.Headers?["tenant"] ?? "none"));
        Assert.Equal((TimeSpan.FromSeconds(5), "acme"), (items[1].Options!.Delay, then!.Headers!["tenant"]));
    }

    [Theory]
    [InlineData("tasks/a/run", """{"headers":{"a":1}}""", "malformed-json")]
    [InlineData("tasks/a/run", """{"headers":["a"]}""", "malformed-json")]
    [InlineData("tasks/a/run", """{"headers":{"a":"1","a":"2"}}""", "malformed-json")]
    [InlineData("batches", """{"items":[{"task":"a","headers":{"a":"1"},"options":{"headers":{"a":"1"}}}]}""", "invalid-argument")]
    public async Task Headers_Invalid_AreRejected(string path, string body, string type)
    {
        _api.Tasks.Add("a");
        (await _api.SendAsync("POST", path, body)).Problem(400, type);
    }

    [Fact]
    public async Task Put_InvalidHeaders_NamesThem() =>
        Assert.Contains("'a b' is not a valid header name", (await _api.SendAsync("PUT", "tasks/a", """{"headers":{"a b":"1"}}""")).Text,
            StringComparison.Ordinal);

    [Fact]
    public async Task Runs_AndResults_HaveTheHeaders()
    {
        var task = _api.Tasks.Add("a");
        var run = new RunId("a", Guid.NewGuid());
        task.AddRun(
            new RunInfo { RunId = run, Headers = Tenant, Result = task.Result(1, RunStatus.Succeeded, run) with { Headers = Tenant } });
        var one = (await _api.SendAsync("GET", $"runs/{run}")).Json;
        var listed = (await _api.SendAsync("GET", "tasks/a/runs")).Json.GetProperty("items")[0];
        foreach (var shown in new[] { one, listed, one.GetProperty("result"), listed.GetProperty("result") })
        {
            Assert.Equal("acme", shown.GetProperty("headers").GetProperty("tenant").GetString());
        }
    }

    /// <summary>No answer shows what the host's hook hides.</summary>
    [Fact]
    public async Task Headers_WithASecret_AreMaskedUnderTheTasksOwnName()
    {
        await using var api =
            await ApiHost.StartAsync(
                o => o.Mask = (task, kind, json) =>
                    kind == MaskedKind.Headers ? json.Replace(Secret, $"masked for {task}", StringComparison.Ordinal) : json);
        var (task, run, headers) = (api.Tasks.Add("a"), new RunId("a", Guid.NewGuid()),
            new Dictionary<string, string> { ["token"] = Secret });
        var result = task.Result(1, RunStatus.Succeeded, run) with { Headers = headers };
        task.Info = task.Info with
        {
            Headers = headers,
            Options = new TaskOptions { Then = [new Continuation("b") { Headers = headers }] },
            LastResult = result
        };
        task.AddRun(new RunInfo { RunId = run, Headers = headers, Result = result });
        await using var stream = await api.ListenAsync("results");
        api.Tasks.Publish(result);
        var text = (await api.SendAsync("GET", "tasks/a")).Text + (await api.SendAsync("GET", "tasks")).Text
            + (await api.SendAsync("GET", "tasks/a/runs")).Text
            + (await api.SendAsync("GET", $"runs/{run}")).Text + (await stream.NextAsync()).Data.GetRawText();
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Contains("masked for a", text, StringComparison.Ordinal);
        Assert.Contains("masked for b", text, StringComparison.Ordinal);
    }
}
