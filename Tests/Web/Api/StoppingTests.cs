using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests a program that is stopping, and unexpected failures.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task Run_AwaitedWhenTheProgramStops_ReturnsItsLocation()
    {
        await using var api = await ApiHost.StartAsync();
        var (begun, cancelled) = (new TaskCompletionSource(), false);
        api.Tasks.Add("a", async (_, ct) =>
        {
            await using var registration = ct.Register(() => cancelled = true);
            begun.SetResult();
            return await new TaskCompletionSource<TaskResult>().Task;
        });
        var run = api.SendAsync("POST", "tasks/a/run", "{}");
        await begun.Task;
        var stopped = api.StopAsync();
        var answer = await run;
        Assert.Equal(202, answer.Status);
        Assert.Equal($"/api/runs/{Uri.EscapeDataString(answer["runId"]!)}", answer.Headers.Location!.OriginalString);
        Assert.NotNull(answer.Headers.RetryAfter);
        await stopped;
        Assert.False(cancelled);
    }

    [Theory]
    [InlineData("storage-unavailable")]
    [InlineData("cluster-unreachable")]
    public async Task Failure_OfStorageOrCluster_Is503WithAReason(string type)
    {
        await using var api = await ApiHost.StartAsync();
        api.Tasks.Failure = type == "storage-unavailable"
            ? new TaskStorageException("The file cannot be written.", new IOException("No space left on device"))
            : new TimeoutException("No answer.");
        var problem = (await api.SendAsync("POST", "tasks/a/dispatch", "{}")).Problem(503, type);
        if (type == "storage-unavailable")
        {
            Assert.Equal("No space left on device", problem.GetProperty("reason").GetString());
        }
    }

    [Fact]
    public async Task Failure_Unexpected_IsAProblemAndLogged()
    {
        await using var api = await ApiHost.StartAsync();
        api.Tasks.Failure = new NotSupportedException("a secret of the server's");
        var answer = await api.SendAsync("POST", "tasks/a/dispatch", "{}");
        answer.Problem(500, "unexpected");
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        Assert.Contains(api.Log.Lines, l => l is { Level: LogLevel.Error, Exception: NotSupportedException });
    }
}
