using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>
/// Tests a schedule whose runs end their silo's process. A real silo starts again each time, and a web server outlives it.
/// </summary>
[Long]
public sealed class DeadlyScheduleTests : IDisposable
{
    private const int MaxLosses = DeadlySilo.MaxLosses;
    private readonly DeadlySilo _silo = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _silo.Dispose();

    [Fact]
    public async Task Restart_WithAScheduleThatCrashesTheProcess_PausesIt()
    {
        await using var first = await _silo.StartAsync();
        await using var web = await _silo.StartWebAsync();
        using var answer = await _silo.Http.PutAsJsonAsync(_silo.Url("/api/tasks/ends"),
            new { handler = "deadly", schedule = new { every = "PT2S" } }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        Assert.NotEqual(0, await first.EndsAsync());

        for (var losses = 1; losses < MaxLosses; losses++)
        {
            await using var silo = await _silo.StartAsync();
            Assert.NotEqual(0, await silo.EndsAsync());
        }

        await using var last = await _silo.StartAsync();
        await last.WritesAsync("ends is paused: the silo of an occurrence was lost 3 times in a row.");
        var info = await _silo.Http.GetFromJsonAsync<JsonElement>(_silo.Url("/api/tasks/ends"), Stop);
        Assert.True(info.GetProperty("state").GetString() == "paused", info.GetRawText());
    }

    /// <summary>The handler writes a line before it ends its process, so the lines count the lost silos.</summary>
    [Fact]
    public async Task Restart_WithARepeatedScheduleThatCrashesTheProcess_StaysWithinTheLossLimit()
    {
        await using var silo = await _silo.StartAsync();
        await using var web = await _silo.StartWebAsync();
        await _silo.RegisterAsync("ends",
            new { handler = "mortal", schedule = new { every = "PT2S" }, options = new { guarantee = "AtLeastOnce" } });
        Assert.NotEqual(0, await silo.EndsAsync());
        await EndSilosAsync();

        await using var last = await _silo.StartAsync();
        await last.WritesAsync("ends is paused: the silo of an occurrence was lost 3 times in a row.");
        var info = await _silo.Http.GetFromJsonAsync<JsonElement>(_silo.Url("/api/tasks/ends"), Stop);
        Assert.True(info.GetProperty("state").GetString() == "paused", info.GetRawText());
        Assert.Equal(MaxLosses, _silo.Deaths);
    }

    /// <summary>Starts the silo again until the run has ended it as often as it may.</summary>
    private async Task EndSilosAsync()
    {
        for (var losses = 1; losses < MaxLosses; losses++)
        {
            await using var silo = await _silo.StartAsync();
            Assert.NotEqual(0, await silo.EndsAsync());
        }
    }
}
