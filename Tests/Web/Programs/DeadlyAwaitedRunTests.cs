using System.Net.Http.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests an awaited run that ends its silo's process. A real silo starts again each time, and a web server outlives it.</summary>
[Long]
public sealed class DeadlyAwaitedRunTests : IDisposable
{
    private const int MaxLosses = DeadlySilo.MaxLosses;
    private readonly DeadlySilo _silo = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _silo.Dispose();

    [Fact]
    public async Task Restart_WithARepeatedAwaitedRunThatCrashesTheProcess_StaysWithinTheLossLimit()
    {
        await using var silo = await _silo.StartAsync();
        await using var web = await _silo.StartWebAsync();
        await _silo.RegisterAsync("ends", new { handler = "mortal", options = new { guarantee = "AtLeastOnce" } });
        var call = _silo.Http.PostAsJsonAsync(_silo.Url("/api/tasks/ends/run"), new { }, Stop);
        Assert.NotEqual(0, await silo.EndsAsync());

        // If the connection to all silos is lost, the caller notices only when its call times out. It may give up before the limit is
        // reached.
        while (!call.IsCompleted)
        {
            await using var next = await _silo.StartAsync();
            await Task.WhenAny(call, next.EndsAsync());
        }

        using var answer = await call;
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True((int)answer.StatusCode is 422 or 503, text);
        Assert.Contains((int)answer.StatusCode == 422 ? "\"lost\"" : "out of reach", text, StringComparison.Ordinal);
        Assert.InRange(_silo.Deaths, 2, MaxLosses);
    }
}
