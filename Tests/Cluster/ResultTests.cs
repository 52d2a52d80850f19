using Orleans.Streams;

namespace OrleansTasks.Tests.Cluster;

/// <remarks>Runs on real time: the stream provider's pulling agents use the grains' clock, and would stop with it.</remarks>
public sealed class ResultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Results_OfATask_ArriveOnceAndInOrder()
    {
        await using var cluster = await TestCluster.StartAsync(3, realTime: true,
            tasks: (tasks, _) => tasks.Define("echo", (int n) => n % 10 == 0 ? throw new InvalidOperationException("ten") : n));
        await cluster.Client.RunAsync("echo", [1], ct: Stop);
        await using var subscription = await cluster.Client.SubscribeResultsAsync("echo", ct: Stop);

        var runs = await Task.WhenAll(Enumerable.Range(1, 300).Select(n => cluster.Client.RunAsync("echo", [n], ct: Stop)));
        var seen = await subscription.Take(300).ToListAsync(Stop);

        Assert.Equal(Enumerable.Range(2, 300).Select(n => (long)n), seen.Select(r => r.Sequence));
        Assert.Equal(runs.Select(r => r.RunId).ToHashSet(), seen.Select(r => r.RunId).ToHashSet());
        Assert.Equal(30, seen.Count(r => r.Status == RunStatus.Failed));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Results_OfEveryTask_IncludeScheduledRequestedAndDispatchedRuns()
    {
        await using var cluster = await TestCluster.StartAsync(2, realTime: true,
            tasks: (tasks, _) => tasks.Every(TimeSpan.FromHours(1), "tick", () => "t").Define("ask", () => "a").Define("send", () => "s"));
        await using var subscription = await cluster.Client.SubscribeResultsAsync(ct: Stop);
        var triggers = new Dictionary<RunTrigger, string>();

        await cluster.Client.RunAsync("ask", ct: Stop);
        await cluster.Client.DispatchAsync("send", ct: Stop);
        await cluster.Client.ScheduleAsync(new TaskRegistration { Name = "tick", Schedule = TaskSchedule.After(TimeSpan.Zero) }, Stop);
        await foreach (var result in subscription)
        {
            triggers.Add(result.Trigger, $"{result.Task} {result.GetValue<string>()}");
            if (triggers.Count == 3)
            {
                break;
            }
        }

        Assert.Equal("tick t", triggers[RunTrigger.Schedule]);
        Assert.Equal("ask a", triggers[RunTrigger.Request]);
        Assert.Equal("send s", triggers[RunTrigger.Dispatch]);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Broadcasts_FromHandlerAndClient_ReachClientAndSilos()
    {
        await using var cluster = await TestCluster.StartAsync(2, realTime: true,
            tasks: (tasks, _) =>
                tasks.Define("shout", async (string word, TaskRunContext run) => await run.BroadcastAsync(new { Word = word })));
        var inSilo = (ITaskClient)cluster.Services(1).GetService(typeof(ITaskClient))!;
        await using var here = await cluster.Client.SubscribeBroadcastsAsync(Stop);
        await using var there = await inSilo.SubscribeBroadcastsAsync(Stop);

        await cluster.Client.RunAsync("shout", ["hey"], ct: Stop);
        await cluster.Client.BroadcastAsync(42, Stop);

        foreach (var subscription in new[] { here, there })
        {
            var messages = await subscription.Take(2).ToListAsync(Stop);
            var fromHandler = messages.Single(m => m.Task == "shout");
            Assert.Equal("hey", fromHandler.Message.GetProperty("word").GetString());
            Assert.Equal(42, messages.Single(m => m.Task is null).GetValue<int>());
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task BareClient_WithGrainReferencesAndStreams_RunsAndSubscribes()
    {
        await using var cluster = await TestCluster.StartAsync(2, realTime: true,
            tasks: (tasks, _) => tasks.Define("double", (int n) => 2 * n));
        var provider = cluster.Cluster.GetStreamProvider(TaskStreams.Provider);
        var results = new TaskCompletionSource<TaskResult>();
        var all = new TaskCompletionSource<TaskResult>();
        var broadcasts = new TaskCompletionSource<BroadcastMessage>();
        await provider.GetStream<TaskResult>(TaskStreams.Results("double")).SubscribeAsync((r, _) => Done(results, r));
        await provider.GetStream<TaskResult>(TaskStreams.AllResults).SubscribeAsync((r, _) => Done(all, r));
        await provider.GetStream<BroadcastMessage>(TaskStreams.Broadcasts).SubscribeAsync((m, _) => Done(broadcasts, m));

        var result = await cluster.Cluster.GetGrain<ITaskGrain>("double").RunAsync([4], cancellationToken: Stop);
        await cluster.Client.BroadcastAsync("hi", Stop);

        Assert.Equal(8, result.GetValue<int>());
        Assert.Equal(8, (await results.Task.WaitAsync(Stop)).GetValue<int>());
        Assert.Equal(result.RunId, (await all.Task.WaitAsync(Stop)).RunId);
        Assert.Equal("hi", (await broadcasts.Task.WaitAsync(Stop)).GetValue<string>());

        static Task Done<T>(TaskCompletionSource<T> source, T item)
        {
            source.TrySetResult(item);
            return Task.CompletedTask;
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task HistoryAsync_AfterManyResults_KeepsTheLastOnes()
    {
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("n", (int n) => n, new TaskOptions { HistoryLength = 10 }));
        for (var n = 1; n <= 25; n++)
        {
            await cluster.Client.RunAsync("n", [n], ct: Stop);
        }

        var history = await cluster.Client.GetTask("n").HistoryAsync(ct: Stop);
        Assert.Equal(25, history.LastSequence);
        Assert.Equal(Enumerable.Range(16, 10), history.Results.Select(r => r.GetValue<int>()));
        var runs = await cluster.Client.GetTask("n").RunsAsync(3, 20, Stop);
        Assert.Equal([19L, 18, 17], runs.Select(r => r.Result!.Sequence));
    }
}
