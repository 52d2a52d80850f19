using Orleans.Concurrency;

namespace OrleansTasks.Tests.Cluster;

public sealed class GrainCallerTests
{
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task TaskClient_InAGrain_RunsTasksAndReadsResults()
    {
        await using var cluster = await TestCluster.StartAsync(2, realTime: true,
            tasks: (tasks, _) => tasks.Define("double", (int n) => 2 * n));

        Assert.Equal((8, 10), await cluster.Cluster.GetGrain<ICallerGrain>("caller").CallAsync());
    }
}

public interface ICallerGrain : IGrainWithStringKey
{
    Task<(int Value, int Result)> CallAsync();
}

[Reentrant]
internal sealed class CallerGrain(ITaskClient tasks) : Grain, ICallerGrain
{
    public async Task<(int Value, int Result)> CallAsync()
    {
        await using var results = await tasks.SubscribeResultsAsync("double");
        var value = await tasks.RunAsync<int>("double", [4]);
        var id = await tasks.DispatchAsync("double", [5]);
        await foreach (var result in results)
        {
            if (result.RunId == id)
            {
                return (value, result.GetValue<int>());
            }
        }

        return default;
    }
}
