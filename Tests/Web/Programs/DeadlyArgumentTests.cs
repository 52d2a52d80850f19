using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>
/// Tests an argument whose deserialization ends the process: first on the silo that validates it, then on those that run it.
/// Each case starts a silo many times, so <c>TaskFollowerTests</c> covers continuations.
/// </summary>
[Long]
public sealed class DeadlyArgumentTests : IDisposable
{
    // One more silo is lost while it validates the argument, before a run exists that could count losses.
    private const int Most = DeadlySilo.MaxLosses + 1;
    private readonly DeadlySilo _silo = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Requests => new()
    {
        { "/api/tasks/fatal/dispatch", """{"args":[{"text":"x"}]}""" },
        { "/api/batches", """{"items":[{"task":"record","args":[1]},{"task":"fatal","args":[{"text":"x"}]}]}""" },
    };

    public void Dispose() => _silo.Dispose();

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Restart_WithAnArgumentThatCrashesTheProcess_EndsItsRunAsLost(string path, string body)
    {
        await using var first = await _silo.StartAsync();
        await using var web = await _silo.StartWebAsync();
        var answer = _silo.Http.PostAsync(_silo.Url(path), new StringContent(body, null, "application/json"), Stop);
        Assert.True(await first.EndsAsync() != 0, first.Output);

        var isOver = false;
        for (var starts = 1; !isOver; starts++)
        {
            Assert.True(starts <= Most, $"{starts} silos were lost");
            await using var silo = await _silo.StartAsync();
            var over = silo.WritesAsync("is not retried: its handler may end its process");
            await Task.WhenAny(over, silo.EndsAsync());
            isOver = over.IsCompletedSuccessfully;
            if (isOver)
            {
                JsonElement run;
                do
                {
                    var runs = await _silo.Http.GetFromJsonAsync<JsonElement>(_silo.Url("/api/tasks/fatal/runs"), Stop);
                    run = Assert.Single(runs.GetProperty("items").EnumerateArray());
                }
                while (run.GetProperty("status").GetString() == "waiting");

                Assert.True(run.GetProperty("status").GetString() == "lost", run.GetRawText());
                using var _ = await answer;
            }
        }
    }
}
