using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests that the log messages of handlers are stored with the results.</summary>
public sealed class RunLogTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Result_OfARunThatLogged_HasItsLines()
    {
        using var logs = new LogWatch();
        await using var cluster = await TestCluster.StartAsync(1, logs: logs, tasks: (tasks, _) => tasks
            .Define("talk", async (ILogger own, ILogger<RunLogTests> typed) =>
            {
                own.LogWarning("first {Number}", 1);
                await Task.Yield();
                await Task.Run(() => typed.LogError(new IOException("disk full"), "second"));
            })
            .Define("fail", (ILogger log) =>
            {
                log.LogWarning("before it failed");
                throw new InvalidOperationException("no");
            })
            .Define("much", (ILogger log) =>
            {
                for (var n = 1; n <= 10; n++)
                {
                    log.LogWarning("line {Number} {Long}", n, new string('x', 2000));
                }
            }, new TaskOptions { LogLines = 3 })
            .Define("none", (ILogger log) => log.LogWarning("not kept"), new TaskOptions { LogLines = 0 })
            .Define("quiet", () => 1));

        var talk = await cluster.Client.RunAsync("talk", ct: Stop);
        Assert.Equal(
            [(LogLevel.Warning, "talk", "first 1"),
                (LogLevel.Error, typeof(RunLogTests).FullName!, "second System.IO.IOException: disk full")],
            talk.Log.Select(l => (l.Level, l.Category, l.Message)));
        Assert.All(talk.Log, l => Assert.Equal(TestCluster.Start, l.At));
        Assert.Equal("before it failed", Assert.Single((await cluster.Client.RunAsync("fail", ct: Stop)).Log).Message);
        var much = (await cluster.Client.RunAsync("much", ct: Stop)).Log;
        Assert.Equal("7 earlier lines are not kept.", much[0].Message);
        Assert.Equal(["line 8 x", "line 9 x", "line 10 "], much.Skip(1).Select(l => l.Message[..8]));
        Assert.All(much, l => Assert.InRange(l.Message.Length, 1, 1000));
        Assert.Empty((await cluster.Client.RunAsync("none", ct: Stop)).Log);
        Assert.Empty((await cluster.Client.RunAsync("quiet", ct: Stop)).Log);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task History_AfterARestart_HasTheLinesToo()
    {
        var storage = new SharedStorage();
        RunId run;
        await using (var first = await TestCluster.StartAsync(1, Code, storage: storage))
        {
            run = await first.Client.DispatchAsync("talk", ct: Stop);
            await first.Client.WaitAsync(run, Stop);
        }

        await using var second = await TestCluster.StartAsync(1, Code, storage: storage);
        Assert.Equal("kept", Assert.Single((await second.Client.WaitAsync(run, Stop)).Log).Message);

        static void Code(TasksBuilder tasks, int silo) => tasks.Define("talk", (ILogger log) => log.LogWarning("kept"));
    }
}
