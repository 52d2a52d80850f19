namespace OrleansTasks.Tests.Web;

public sealed class SilosTests : IAsyncLifetime
{
    private const string Silo = "S127.0.0.1:11111:1";
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Silos_DrainAndResume_GiveTheSilo()
    {
        var drained = await _api.SendAsync("POST", $"silos/{Silo}/drain");
        Assert.Equal(200, drained.Status);
        Assert.True(drained.Json.GetProperty("isDrained").GetBoolean());
        Assert.Equal(2, drained.Json.GetProperty("running").GetInt32());
        Assert.True(Assert.Single((await _api.SendAsync("GET", "silos")).Json.EnumerateArray()).GetProperty("isDrained").GetBoolean());

        var resumed = await _api.SendAsync("POST", $"silos/{Silo}/resume", "{}");
        Assert.False(resumed.Json.GetProperty("isDrained").GetBoolean());
    }

    [Theory]
    [InlineData("drain")]
    [InlineData("resume")]
    public async Task Silos_Unknown_Are404AndTheResponseNamesExistingOnes(string action)
    {
        var answer = await _api.SendAsync("POST", $"silos/elsewhere/{action}");
        answer.Problem(404, "silo-not-found");
        Assert.Contains(Silo, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
