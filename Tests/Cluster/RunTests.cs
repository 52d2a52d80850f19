namespace OrleansTasks.Tests.Cluster;

public sealed class RunTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_OnThreeSilos_ReturnsTheValue()
    {
        await using var cluster = await TestCluster.StartAsync(3, (tasks, _) => tasks.Define("add", (int a, int b) => a + b));

        Assert.Equal(5, await cluster.Client.RunAsync<int>("add", [2, 3], ct: Stop));
        var result = await cluster.Client.RunAsync("add", TaskArguments.Named(("b", 1), ("a", 4)), ct: Stop);
        Assert.True(result.Successful);
        Assert.Equal(5, result.GetValue<int>());
        Assert.Equal(2, result.Sequence);
        Assert.Equal(RunTrigger.Request, result.Trigger);
    }
}
