namespace OrleansTasks.Tests.Web;

/// <summary>Tests ledgers, events, batches, continuations and groups over HTTP.</summary>
public sealed class LedgerBatchesAndGroupsTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task GetLedger_OfATask_HasTotalsAndRanges()
    {
        _api.Tasks.Add("a");

        var answer = await _api.SendAsync("GET", "tasks/a/ledger?limit=10");

        Assert.Equal(200, answer.Status);
        Assert.Equal((4, 2, 1, 1), (Number("planned"), Number("fired"), Number("skipped"), Number("pending")));
        Assert.Equal("onTime", answer.Json.GetProperty("totals")[0].GetProperty("reason").GetString());
        Assert.Equal(("skipped", "paused"),
            (answer.Json.GetProperty("ranges")[0].GetProperty("outcome").GetString(),
                answer.Json.GetProperty("ranges")[0].GetProperty("reason").GetString()));
        (await _api.SendAsync("GET", "tasks/nobody/ledger")).Problem(404, "task-not-found");
        (await _api.SendAsync("GET", "tasks/a/ledger?limit=501")).Problem(400, "invalid-argument");
        (await _api.SendAsync("GET", "tasks/a/ledger?from=yesterday")).Problem(400, "invalid-argument");

        long Number(string name) => answer.Json.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task Events_OfOneTaskAndOfAll_AreStreamed()
    {
        _api.Tasks.Add("a");
        await using var ofTask = await _api.ListenAsync("tasks/a/events");
        await using var all = await _api.ListenAsync("events");

        _api.Tasks.Tell(new TaskEvent { Task = "b", Kind = TaskEventKind.TaskPaused, By = "alice" });
        _api.Tasks.Tell(new TaskEvent { Task = "a", Kind = TaskEventKind.OccurrenceSkipped, Reason = OutcomeReason.Overlap });

        var (one, first) = (await ofTask.NextAsync(), await all.NextAsync());
        Assert.Equal(("event", "occurrenceSkipped", "overlap"),
            (one.Type, one.Data.GetProperty("kind").GetString(), one.Data.GetProperty("reason").GetString()));
        Assert.Equal(("taskPaused", "alice"), (first.Data.GetProperty("kind").GetString(), first.Data.GetProperty("by").GetString()));
        Assert.False(first.Data.TryGetProperty("runId", out _));
        (await _api.SendAsync("GET", "tasks/nobody/events")).Problem(404, "task-not-found");
    }

    [Fact]
    public async Task PostBatch_WithAContinuation_IsAccepted()
    {
        var answer = await _api.SendAsync("POST", "batches",
            """{"items":[{"task":"a","args":[1]},"""
                + """{"task":"b","named":{"n":2},"options":{"delay":"00:00:05"}}],"then":{"task":"c","on":"finished"}}""");

        Assert.Equal(202, answer.Status);
        var id = answer.Json.GetProperty("batchId").GetGuid();
        var (info, items, then) = _api.Tasks.Batches[id];
        Assert.Equal(["a", "b"], items.Select(i => i.Task));
        Assert.Equal(TimeSpan.FromSeconds(5), items[1].Options!.Delay);
        Assert.Equal(new Continuation("c") { On = ContinuationTrigger.Finished }, then);
        Assert.Equal(2, (await _api.SendAsync("GET", $"batches/{id}")).Json.GetProperty("pending").GetInt32());
        (await _api.SendAsync("GET", $"batches/{Guid.NewGuid()}")).Problem(404, "batch-not-found");
        (await _api.SendAsync("GET", "batches/x")).Problem(404, "batch-not-found");
    }

    [Fact]
    public async Task DeleteBatch_CancelsIt()
    {
        var id = (await _api.SendAsync("POST", "batches", """{"items":[{"task":"a"}]}""")).Json.GetProperty("batchId").GetGuid();

        var answer = await _api.SendAsync("DELETE", $"batches/{id}");
        var again = await _api.SendAsync("DELETE", $"batches/{id}");

        Assert.Equal((202, "cancelling", 202), (answer.Status, answer.Json.GetProperty("status").GetString(), again.Status));
        Assert.NotNull(_api.Tasks.Batches[id].Info.CancelledAt);
        (await _api.SendAsync("DELETE", $"batches/{Guid.NewGuid()}")).Problem(404, "batch-not-found");
        (await _api.SendAsync("DELETE", "batches/x")).Problem(404, "batch-not-found");
    }

    [Fact]
    public async Task DeleteBatch_EndedBatch_IsUnchanged()
    {
        var id = Guid.NewGuid();
        _api.Tasks.Batches[id] = (new BatchInfo { Id = id, Total = 1, Succeeded = 1, FinishedAt = FakeTask.Epoch }, [], null);

        var answer = await _api.SendAsync("DELETE", $"batches/{id}");

        Assert.Equal((200, "finished"), (answer.Status, answer.Json.GetProperty("status").GetString()));
    }

    [Theory]
    [InlineData("{}", "'items' is missing")]
    [InlineData("""{"items":[]}""", "'items' is missing")]
    [InlineData("""{"items":[{"task":"a"},{"args":[1]}]}""", "items[1] has no 'task'")]
    [InlineData("""{"items":[{"task":"a"},null]}""", "items[1]")]
    public async Task PostBatch_MissingFields_IsRejected(string body, string expected)
    {
        var problem = (await _api.SendAsync("POST", "batches", body)).Problem(400, "invalid-argument");

        Assert.Contains(expected, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(_api.Tasks.Batches);
    }

    [Fact]
    public async Task PutGroup_ReachesTheGroup()
    {
        var answer = await _api.SendAsync("PUT", "groups/mail", """{"maxConcurrentRuns":5,"rateLimit":{"runs":10,"period":"00:01:00"}}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(new RunGroup { MaxConcurrentRuns = 5, RateLimit = new RateLimit { Runs = 10, Period = TimeSpan.FromMinutes(1) } },
            _api.Tasks.Groups["mail"]);
        Assert.Equal(5,
            (await _api.SendAsync("GET", "groups/mail")).Json.GetProperty("limits").GetProperty("maxConcurrentRuns").GetInt32());
        (await _api.SendAsync("PUT", "groups/mail", """{"max":5}""")).Problem(400, "malformed-json");
    }

    [Fact]
    public async Task Put_WithContinuations_ReachesTheTask()
    {
        var answer = await _api.SendAsync("PUT", "tasks/a",
            """{"options":{"then":[{"task":"b","on":"failed","pass":"result"}],"group":"mail","overdueAfter":"00:01:"""
                + """00","tooLongAfter":"01:00:00","historyAge":"7.00:00:00"}}""");

        Assert.Equal(201, answer.Status);
        var options = _api.Tasks.Get("a").Info.Options;
        Assert.Equal(new Continuation("b") { On = ContinuationTrigger.Failed, Pass = PassedArgument.Result }, Assert.Single(options.Then!));
        Assert.Equal(("mail", TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(7)),
            (options.Group, options.OverdueAfter!.Value, options.TooLongAfter!.Value, options.HistoryAge!.Value));
    }
}
