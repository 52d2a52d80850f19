using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests the streams of all results and of broadcasts, which all listeners of a process share.</summary>
public sealed class HubEventsTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync(o => o.ReplayEvents = 16);

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Broadcasts_EveryListener_GetsEachFromOneSubscription()
    {
        await using var first = await _api.ListenAsync("broadcasts");
        await using var second = await _api.ListenAsync("broadcasts");
        await _api.SendAsync("POST", "broadcasts", """{"text":"hello"}""");
        var (a, b) = (await first.NextAsync(), await second.NextAsync());
        Assert.Equal(("broadcast", b.Id), (a.Type, a.Id));
        Assert.Equal("""{"text":"hello"}""", a.Data.GetProperty("message").GetRawText());
        Assert.Equal(_api.Tasks.Sent[0].Id, a.Data.GetProperty("id").GetGuid());
        Assert.Equal((FakeTask.Epoch, JsonValueKind.Null),
            (a.Data.GetProperty("sentAt").GetDateTimeOffset(), a.Data.GetProperty("task").ValueKind));
        Assert.Equal(1, _api.Tasks.BroadcastSubscribers);
    }

    [Fact]
    public async Task Results_OfEveryTask_ArriveWithConsecutiveIds()
    {
        var (a, b) = (_api.Tasks.Add("a"), _api.Tasks.Add("b"));
        await using var events = await _api.ListenAsync("results");
        a.Finish(1);
        b.Finish(2);
        var received = await events.NextAsync(2);
        Assert.Equal(["a", "b"], received.Select(r => r.Data.GetProperty("task").GetString()));
        Assert.Matches("^[0-9a-f]{12}-1$", received[0].Id!);
        Assert.Equal(received[0].Id![..^1] + "2", received[1].Id);
    }

    [Fact]
    public async Task Results_GapOfATask_IsSentAsAGap()
    {
        _api.Tasks.Add("a");
        await using var events = await _api.ListenAsync("results");
        _api.Tasks.Publish(new TaskResult { RunId = new RunId("a", Guid.Empty), Status = RunStatus.Gap, Missed = 4, Sequence = 9 });
        var received = await events.NextAsync();
        Assert.Equal(("gap", """{"task":"a","missed":4,"sequence":9}"""), (received.Type, received.Data.GetRawText()));
    }

    [Fact]
    public async Task Results_Resumed_ContinueAfterTheLast()
    {
        var task = _api.Tasks.Add("a");
        string last;
        await using (var events = await _api.ListenAsync("results"))
        {
            task.Finish(1);
            last = (await events.NextAsync()).Id!;
        }

        task.Finish(2);
        task.Finish(3);
        await using var again = await _api.ListenAsync("results", last);
        task.Finish(4);
        Assert.Equal([2, 3, 4], (await again.NextAsync(3)).Select(r => r.Sequence));
        Assert.Equal(1, _api.Tasks.ResultSubscribers);
    }

    [Fact]
    public async Task Results_ResumedTooLate_StartWithAGapAndKeptResults()
    {
        var task = _api.Tasks.Add("a");
        await using var keeper = await _api.ListenAsync("results");
        task.Finish(1);
        var first = (await keeper.NextAsync()).Id!;
        for (var i = 2; i <= 20; i++)
        {
            task.Finish(i);
            await keeper.NextAsync();
        }

        await using var late = await _api.ListenAsync("results", first);
        var received = await late.NextAsync(17);
        Assert.Equal(("gap", """{"task":null,"missed":3,"sequence":null}"""), (received[0].Type, received[0].Data.GetRawText()));
        Assert.Equal(Enumerable.Range(5, 16).Select(i => (long)i), received.Skip(1).Select(r => r.Sequence));
    }

    [Theory]
    [InlineData("000000000000-1")]
    [InlineData("nonsense")]
    [InlineData("17")]
    public async Task Results_ResumedFromAnotherProcess_StartWithAGapAndContinueLive(string lastEventId)
    {
        var task = _api.Tasks.Add("a");
        await using var keeper = await _api.ListenAsync("results");
        task.Finish(1);
        var first = await keeper.NextAsync();
        await using var events = await _api.ListenAsync("results", lastEventId);
        task.Finish(2);
        var received = await events.NextAsync(2);
        Assert.Equal(("gap", first.Id, """{"task":null,"missed":null,"sequence":null}"""),
            (received[0].Type, received[0].Id, received[0].Data.GetRawText()));
        Assert.Equal(2, received[1].Sequence);
    }

    [Fact]
    public async Task Subscription_NoListenerDuringTheLinger_EndsAndDropsItsIds()
    {
        var task = _api.Tasks.Add("a");
        string last;
        await using (var events = await _api.ListenAsync("results"))
        {
            task.Finish(1);
            last = (await events.NextAsync()).Id!;
        }

        await AdvanceUntilAsync(TimeSpan.FromSeconds(60), t => t.ResultSubscribers == 0);
        await using var again = await _api.ListenAsync("results", last);
        Assert.Equal("gap", (await again.NextAsync()).Type);
        Assert.Equal(1, _api.Tasks.ResultSubscribers);
    }

    [Fact]
    public async Task Subscription_WithAListener_OutlastsTheLinger()
    {
        var task = _api.Tasks.Add("a");
        await using var keeper = await _api.ListenAsync("results");
        await using (await _api.ListenAsync("results"))
        {
        }

        _api.Time.Advance(TimeSpan.FromMinutes(10));
        task.Finish(1);
        Assert.Equal(1, (await keeper.NextAsync()).Sequence);
    }

    /// <summary>
    /// Advances the clock step by step. The test cannot wait for the moment when the server notices that the last listener has gone.
    /// </summary>
    private async Task AdvanceUntilAsync(TimeSpan step, Func<FakeCluster, bool> state)
    {
        var reached = _api.Tasks.Reaches(state);
        while (!reached.IsCompleted)
        {
            _api.Time.Advance(step);
            await _api.SendAsync("GET", "scheduler");
        }

        await reached;
    }
}
