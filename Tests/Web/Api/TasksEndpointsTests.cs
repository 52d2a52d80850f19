using System.Text.Json;

namespace OrleansTasks.Tests.Web;

public sealed class TasksEndpointsTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task List_MoreThanAPage_ReturnsThePageAndTheNextPosition()
    {
        foreach (var name in new[] { "c", "a", "b" })
        {
            _api.Tasks.Add(name);
        }

        var first = await _api.SendAsync("GET", "tasks?limit=2");
        Assert.Equal(["a", "b"], Names(first));
        Assert.Equal("b", first["next"]);
        var second = await _api.SendAsync("GET", "tasks?limit=2&after=b");
        Assert.Equal(["c"], Names(second));
        Assert.Equal(JsonValueKind.Null, second.Json.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task List_PageWithExactlyAll_IsTheLast()
    {
        _api.Tasks.Add("a");
        _api.Tasks.Add("b");
        var page = await _api.SendAsync("GET", "tasks?limit=2");
        Assert.Equal(2, Names(page).Length);
        Assert.Equal(JsonValueKind.Null, page.Json.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task List_Filters_AreApplied()
    {
        _api.Tasks.Add("mail-1");
        _api.Tasks.Add("mail-2").Info = _api.Tasks.Get("mail-2").Info with { State = TaskState.Paused, Handler = "mail" };
        _api.Tasks.Add("other");
        Assert.Equal(["mail-1", "mail-2"], Names(await _api.SendAsync("GET", "tasks?prefix=mail")));
        Assert.Equal(["mail-2"], Names(await _api.SendAsync("GET", "tasks?state=PAUSED")));
        Assert.Equal(["mail-2"], Names(await _api.SendAsync("GET", "tasks?handler=mail")));
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("state=asleep", "state")]
    [InlineData("state=1", "state")]
    public async Task List_BadParameter_IsRejectedByName(string query, string parameter)
    {
        var problem = (await _api.SendAsync("GET", "tasks?" + query)).Problem(400, "invalid-argument");
        Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task List_UnknownState_ListsTheAllowedOnes() =>
        Assert.Contains("active, paused, cancelled, completed", (await _api.SendAsync("GET", "tasks?state=x"))["detail"],
            StringComparison.Ordinal);

    [Fact]
    public async Task Get_KnownTask_GivesAllMembersInCamelCase()
    {
        var task = _api.Tasks.Add("tick");
        task.Info = task.Info with
        {
            Schedule = TaskSchedule.Every(TimeSpan.FromSeconds(1), FakeTask.Epoch),
            Arguments = [13],
            NextDue = FakeTask.Epoch
        };
        task.Finish(status: RunStatus.Failed);
        var answer = await _api.SendAsync("GET", "tasks/tick");
        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal(
            ("tick", "tick", "active", "True", "False", "every second", "[13]", "1", "1"),
            (answer["name"], answer["handler"], answer["state"], answer["handlerAvailable"], answer["definedInCode"],
                answer["scheduleDescription"],
                answer["arguments"], answer["revision"], answer["lastSequence"]));
        Assert.Equal("00:00:01", answer.Json.GetProperty("schedule").GetProperty("every").GetString());
        Assert.True(answer.Json.GetProperty("options").GetProperty("sendReturnValues").GetBoolean());
        Assert.Equal("failed", answer.Json.GetProperty("lastResult").GetProperty("status").GetString());
        Assert.False(answer.Json.GetProperty("lastResult").TryGetProperty("stack", out _));
        foreach (var member in new[] { "nextDue", "createdAt", "updatedAt", "running", "waiting" })
        {
            Assert.True(answer.Json.TryGetProperty(member, out _), member);
        }
    }

    [Fact]
    public async Task Get_UnknownTask_Is404() => (await _api.SendAsync("GET", "tasks/nobody")).Problem(404, "task-not-found");

    [Fact]
    public async Task Get_InvalidName_Is400WithErrors() =>
        Assert.NotEqual(0,
            (await _api.SendAsync("GET", "tasks/a%3Fb")).Problem(400, "invalid-task").GetProperty("errors").GetArrayLength());

    [Fact]
    public async Task Get_NameWithSpacesAndUmlauts_IsFound()
    {
        _api.Tasks.Add("täglicher Bericht");
        Assert.Equal("täglicher Bericht", (await _api.SendAsync("GET", "tasks/" + Uri.EscapeDataString("täglicher Bericht")))["name"]);
    }

    [Fact]
    public async Task Put_NewTask_Is201WithLocation()
    {
        var answer = await _api.SendAsync(
            "PUT", "tasks/nightly%20run",
            """{"handler":"report","schedule":{"cron":"0 9 * * """
                + """MON-FRI","timeZone":"Europe/Berlin"},"args":[1],"named":{"n":2},"options":{"timeout":"00:01:00"}}""");
        Assert.Equal(201, answer.Status);
        Assert.Equal("/api/tasks/nightly%20run", answer.Headers.Location?.OriginalString);
        var task = _api.Tasks.Get("nightly run").Info;
        Assert.Equal("report", task.Handler);
        Assert.Equal(TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin"), task.Schedule);
        Assert.Equal("""[1] {"n":2}""", task.Arguments?.ToString());
        Assert.Equal(TimeSpan.FromMinutes(1), task.Options.Timeout);
        Assert.Equal("report", answer["handler"]);
    }

    [Fact]
    public async Task Put_KnownTask_Is200AndReplaced()
    {
        _api.Tasks.Add("a");
        var answer = await _api.SendAsync("PUT", "tasks/a", """{"handler":"other"}""");
        Assert.Equal((200, null, "other"), (answer.Status, answer.Headers.Location, answer["handler"]));
    }

    [Fact]
    public async Task Put_CancelledTask_IsRevivedWith201()
    {
        await _api.Tasks.Add("a").CancelAsync();
        Assert.Equal(201, (await _api.SendAsync("PUT", "tasks/a", "{}")).Status);
    }

    [Fact]
    public async Task Put_WithoutBody_RegistersTheHandlerOfThatName()
    {
        var answer = await _api.SendAsync("PUT", "tasks/a");
        Assert.Equal((201, "a"), (answer.Status, answer["handler"]));
    }

    [Fact]
    public async Task Put_OnlyCreate_ConflictsWithAKnownTask()
    {
        _api.Tasks.Add("a");
        (await _api.SendAsync("PUT", "tasks/a", "{}", r => r.Headers.Add("If-None-Match", "*"))).Problem(409, "task-conflict");
    }

    [Theory]
    [InlineData("""{"schedule":{"every":"00:00:00.0001"}}""")]
    [InlineData("""{"schedule":{"cron":"61 * * * *"}}""")]
    [InlineData("""{"options":{"historyLength":0}}""")]
    public async Task Put_InvalidTask_ListsTheFaults(string body) =>
        Assert.Equal(1, (await _api.SendAsync("PUT", "tasks/a", body)).Problem(400, "invalid-task").GetProperty("errors").GetArrayLength());

    [Theory]
    [InlineData("""{"schedule":{"every":"00:00:01","cron":"* * * * *"}}""")]
    [InlineData("""{"schedule":{"every":"soon"}}""")]
    [InlineData("""{"scedule":{"every":"00:00:01"}}""")]
    [InlineData("""{"options":{"timeot":"00:00:01"}}""")]
    [InlineData("""{"handler":"a","handler":"b"}""")]
    public async Task Put_JsonThatDoesNotFit_GivesItsPath(string body) =>
        (await _api.SendAsync("PUT", "tasks/a", body)).Problem(400, "malformed-json");

    /// <summary>Errors do not name .NET types, since these mean nothing to a caller who writes JSON.</summary>
    [Theory]
    [InlineData("""{"handlr":"h"}""", "'handlr' is not known here.")]
    [InlineData("""{"handler":"h","handler":"h"}""", "'handler' is given more than once.")]
    [InlineData("""{"options":{"historyLength":1,"historyLength":2}}""", "'historyLength' is given more than once. Path: $.options")]
    [InlineData("""{"options":{"historyLength":"many"}}""", "The value has the wrong type. Path: $.options.historyLength.")]
    [InlineData("""{"handler":5}""", "The value has the wrong type. Path: $.handler.")]
    public async Task Put_JsonThatDoesNotFit_HasAPlainMessage(string body, string said)
    {
        var detail = (await _api.SendAsync("PUT", "tasks/a", body)).Problem(400, "malformed-json").GetProperty("detail").GetString()!;
        Assert.StartsWith(said, detail, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\.NET|System\.|OrleansTasks\.", detail);
    }

    [Fact]
    public async Task Delete_KnownTask_Is204AndCancelled()
    {
        var task = _api.Tasks.Add("a");
        Assert.Equal(204, (await _api.SendAsync("DELETE", "tasks/a")).Status);
        Assert.Equal(TaskState.Cancelled, task.Info.State);
        Assert.Equal(204, (await _api.SendAsync("DELETE", "tasks/a")).Status);
        (await _api.SendAsync("DELETE", "tasks/b")).Problem(404, "task-not-found");
    }

    [Fact]
    public async Task PauseAndResume_GiveTheTask()
    {
        _api.Tasks.Add("a");
        var paused = await _api.SendAsync("POST", "tasks/a/pause", """{"note":"maintenance","until":null}""");
        Assert.Equal((200, "paused", "maintenance"), (paused.Status, paused["state"], paused["pauseNote"]));
        var resumed = await _api.SendAsync("POST", "tasks/a/resume");
        Assert.Equal((200, "active"), (resumed.Status, resumed["state"]));
        Assert.Equal("paused", (await _api.SendAsync("POST", "tasks/a/pause"))["state"]);
    }

    [Fact]
    public async Task Pause_Until_RecordsWhoAndUntilWhen()
    {
        _api.Tasks.Add("a");
        var paused = await _api.SendAsync("POST", "tasks/a/pause", """{"until":"2030-01-01T00:00:00Z","by":"Ada"}""");
        Assert.Equal((200, "paused", "Ada", "2030-01-01T00:00:00+00:00"),
            (paused.Status, paused["state"], paused["pausedBy"], paused["pausedUntil"]));
    }

    [Fact]
    public async Task Pause_CancelledTask_Is409()
    {
        await _api.Tasks.Add("a").CancelAsync();
        (await _api.SendAsync("POST", "tasks/a/pause", "{}")).Problem(409, "task-cancelled");
        (await _api.SendAsync("POST", "tasks/a/resume", "{}")).Problem(409, "task-cancelled");
    }

    private static string[] Names(Answer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("name").GetString()!)];
}
