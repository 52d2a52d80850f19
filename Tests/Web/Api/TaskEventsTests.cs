namespace OrleansTasks.Tests.Web;

public sealed class TaskEventsTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Results_UnknownTask_Is404BeforeAnythingIsStreamed() =>
        (await _api.SendAsync("GET", "tasks/nobody/results")).Problem(404, "task-not-found");

    [Fact]
    public async Task Results_OfTheTaskOnly_ArriveInOrderWithTheirSequenceAsId()
    {
        var (task, other) = (_api.Tasks.Add("a"), _api.Tasks.Add("b"));
        task.Finish("before");
        await using var events = await _api.ListenAsync("tasks/a/results");
        other.Finish("other");
        task.Finish("one");
        task.Finish(status: RunStatus.Failed);
        var received = await events.NextAsync(2);
        Assert.Equal([("result", "2"), ("result", "3")], received.Select(r => (r.Type, r.Id!)));
        Assert.Equal("one", received[0].Data.GetProperty("value").GetString());
        Assert.Equal("failed", received[1].Data.GetProperty("status").GetString());
        Assert.False(received[1].Data.TryGetProperty("stack", out _));
    }

    [Fact]
    public async Task Results_Headers_PreventBufferingByProxies()
    {
        _api.Tasks.Add("a");
        await using var events = await _api.ListenAsync("tasks/a/results");
        Assert.True(events.Response.Headers.CacheControl?.NoCache);
        Assert.Equal("no", Assert.Single(events.Response.Headers.GetValues("X-Accel-Buffering")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Results_Resumed_ContinueWithoutLossOrDuplicate(bool byHeader)
    {
        var task = _api.Tasks.Add("a");
        for (var i = 1; i <= 5; i++)
        {
            task.Finish(i);
        }

        await using var events = byHeader
            ? await _api.ListenAsync("tasks/a/results", "2")
            : await _api.ListenAsync("tasks/a/results?lastEventId=2");
        task.Finish(6);
        Assert.Equal(["3", "4", "5", "6"], (await events.NextAsync(4)).Select(r => r.Id));
    }

    [Fact]
    public async Task Results_ResumedBeyondTheHistory_StartWithAGap()
    {
        var task = _api.Tasks.Add("a", history: 3);
        for (var i = 1; i <= 10; i++)
        {
            task.Finish(i);
        }

        await using var events = await _api.ListenAsync("tasks/a/results", "2");
        var received = await events.NextAsync(4);
        Assert.Equal([("gap", "7"), ("result", "8"), ("result", "9"), ("result", "10")], received.Select(r => (r.Type, r.Id!)));
        Assert.Equal("""{"task":"a","missed":5,"sequence":7}""", received[0].Data.GetRawText());
    }

    [Fact]
    public async Task Results_ResumedAfterARestartOfTheCount_ReportItAndReturnNewOnes()
    {
        var task = _api.Tasks.Add("a");
        task.Finish(1);
        await using var events = await _api.ListenAsync("tasks/a/results", "500");
        var received = await events.NextAsync(2);
        Assert.Equal([("gap", "0"), ("result", "1")], received.Select(r => (r.Type, r.Id!)));
        Assert.Equal("""{"task":"a","missed":null,"sequence":0}""", received[0].Data.GetRawText());
    }

    [Fact]
    public async Task Results_WrongLastEventId_Is400()
    {
        _api.Tasks.Add("a");
        (await _api.SendAsync("GET", "tasks/a/results", change: r => r.Headers.Add("Last-Event-ID", "abc-1"))).Problem(400,
            "invalid-argument");
    }

    [Fact]
    public async Task Results_BeforeTheFirstEvent_SendTheResumePosition()
    {
        var task = _api.Tasks.Add("a");
        task.Finish(1);
        using var response = await _api.Http.GetAsync("tasks/a/results", HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal((": events follow", "id: 1", ""), (await LineAsync(reader), await LineAsync(reader), await LineAsync(reader)));
    }

    [Fact]
    public async Task Results_Quiet_SendAHeartbeat()
    {
        _api.Tasks.Add("a");
        using var response = await _api.Http.GetAsync("tasks/a/results", HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        for (var i = 0; i < 3; i++)
        {
            await LineAsync(reader);
        }

        // The server creates the timer after it sends the first lines. When a result arrives, the timer exists.
        _api.Tasks.Get("a").Finish(1);
        while (await LineAsync(reader) is not "")
        {
        }

        for (var i = 0; i < 2; i++)
        {
            _api.Time.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal((": still here", ""), (await LineAsync(reader), await LineAsync(reader)));
        }
    }

    [Fact]
    public async Task Results_ClientGoesAway_TheSubscriptionEnds()
    {
        _api.Tasks.Add("a");
        await using (await _api.ListenAsync("tasks/a/results"))
        {
            Assert.Equal(1, _api.Tasks.ResultSubscribers);
        }

        await _api.Tasks.Reaches(t => t.ResultSubscribers == 0);
    }

    [Theory]
    [InlineData("tasks/a/results")]
    [InlineData("results")]
    [InlineData("broadcasts")]
    public async Task Stream_HostStops_EndsImmediately(string path)
    {
        _api.Tasks.Add("a");
        await using var events = await _api.ListenAsync(path);
        var stopped = _api.StopAsync();
        await events.EndAsync();
        await stopped.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await _api.Tasks.Reaches(t => t is { ResultSubscribers: 0, BroadcastSubscribers: 0 });
    }

    [Theory]
    [InlineData("tasks/a/results")]
    [InlineData("results")]
    public async Task Stream_SubscriptionBreaks_EndsAndCanBeOpenedAgain(string path)
    {
        var task = _api.Tasks.Add("a");
        await using (var events = await _api.ListenAsync(path))
        {
            _api.Tasks.BreakSubscriptions(new ClusterUnreachableException("Gone."));
            await events.EndAsync();
        }

        await _api.Tasks.Reaches(t => t.ResultSubscribers == 0);
        await using var again = await _api.ListenAsync(path);
        task.Finish(1);
        Assert.Equal(1, (await again.NextAsync()).Sequence);
    }

    [Fact]
    public async Task Results_ValueWithLineEnds_ArrivesWhole()
    {
        _api.Tasks.Add("a");
        await using var events = await _api.ListenAsync("tasks/a/results");
        _api.Tasks.Publish(_api.Tasks.Get("a").Finish(send: false) with { Json = "[1,\r\n 2,\n\n3]"u8.ToArray() });
        Assert.Equal(3, (await events.NextAsync()).Data.GetProperty("value").GetArrayLength());
    }

    private static Task<string?> LineAsync(StreamReader reader) =>
        reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
}
