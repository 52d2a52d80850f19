using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests a run that ends its silo's process. A real silo starts again each time, and a web server outlives it.</summary>
[Long]
public sealed class DeadlyRunTests : IDisposable
{
    private const int MaxLosses = DeadlySilo.MaxLosses;
    private readonly DeadlySilo _silo = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _silo.Dispose();

    /// <param name="handler">
    /// A handler that ends its process, or throws an exception that does so when it is read. No code can catch a stack overflow.
    /// </param>
    [Theory]
    [InlineData("deadly")]
    [InlineData("endless")]
    public async Task Restart_WithARunThatCrashesTheProcess_RespondsEachTimeAndEndsTheRunAsLost(string handler)
    {
        await using var first = await _silo.StartAsync();
        await using var web = await _silo.StartWebAsync();

        // The delay lets the answer leave before the silo ends.
        using var answer = await _silo.Http.PostAsJsonAsync(_silo.Url($"/api/tasks/{handler}/dispatch"), new { delay = "00:00:02" }, Stop);
        Assert.Equal(202, (int)answer.StatusCode);
        var run = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("runId").GetString()!;
        Assert.NotEqual(0, await first.EndsAsync());

        for (var losses = 1; losses < MaxLosses; losses++)
        {
            await using var silo = await _silo.StartAsync();

            // The silo answers before it takes up the run again, and may still be reading its state.
            JsonElement info;
            do
            {
                info = await RunAsync(run);
            }
            while (info.GetProperty("losses").GetInt32() < losses && info.GetProperty("status").GetString() == "waiting");

            Assert.True(info.GetProperty("losses").GetInt32() == losses, info.GetRawText());
            Assert.NotEqual(0, await silo.EndsAsync());
            Assert.Contains("was lost while these runs were active or about to start: " + run, silo.Output, StringComparison.Ordinal);
        }

        await using var last = await _silo.StartAsync();
        JsonElement ended;
        do
        {
            ended = await RunAsync(run);
        }
        while (ended.GetProperty("status").GetString() is "pending" or "waiting");

        Assert.True(ended.GetProperty("status").GetString() == "lost", ended.GetRawText());
        Assert.Contains("MaxLosses", ended.GetProperty("result").GetProperty("error").GetString(), StringComparison.Ordinal);
        await last.WritesAsync("is not retried: its handler may end its process");
    }

    private async Task<JsonElement> RunAsync(string run) =>
        await _silo.Http.GetFromJsonAsync<JsonElement>(_silo.Url($"/api/runs/{Uri.EscapeDataString(run)}"), Stop);
}
