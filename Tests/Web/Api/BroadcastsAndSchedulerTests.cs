namespace OrleansTasks.Tests.Web;

public sealed class BroadcastsAndSchedulerTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("""{"text":"hello","n":[1,null]}""")]
    [InlineData("\"hello\"")]
    [InlineData("42")]
    [InlineData("null")]
    public async Task Broadcast_AnyJson_IsSent(string json)
    {
        Assert.Equal(202, (await _api.SendAsync("POST", "broadcasts", json)).Status);
        Assert.Equal(json, Assert.Single(_api.Tasks.Sent).Message.GetRawText());
    }

    [Fact]
    public async Task Broadcast_WithoutBody_Is400() => (await _api.SendAsync("POST", "broadcasts")).Problem(400, "malformed-json");

    [Fact]
    public async Task Scheduler_StartAndStop_GiveTheState()
    {
        Assert.Equal("started", (await _api.SendAsync("GET", "scheduler"))["state"]);
        var stopped = await _api.SendAsync("POST", "scheduler/stop");
        Assert.Equal((200, "stopped"), (stopped.Status, stopped["state"]));
        Assert.Equal("started", (await _api.SendAsync("POST", "scheduler/start", "{}"))["state"]);
    }
}
