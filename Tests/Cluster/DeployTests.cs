using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace OrleansTasks.Tests.Cluster;

/// <summary>A rolling deploy from silos with the handlers a and b to silos with b and c.</summary>
public sealed class DeployTests
{
    private const int LastOldSilo = 1;
    private const int LastNewSilo = 3;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ConcurrentQueue<(string Task, DateTimeOffset Due)> _fired = new();
    private readonly Happenings _firings = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RollingDeploy_FromOldHandlersToNew_LosesNothingAndDisablesNothing()
    {
        await using var cluster = await TestCluster.StartAsync(2, Code, options: o => o.Partitions = 4, storage: new SharedStorage());
        await AdvanceAsync(cluster, 3, "a", "b");
        var later = await cluster.Client.DispatchAsync("a", options: new DispatchOptions { At = TestCluster.Start + (12 * Second) }, ct: Stop);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.RunAsync("c", ct: Stop));

        // One silo has c: it runs at once, and the rest goes on.
        await cluster.AddSiloAsync();
        Assert.Equal("c", await cluster.Client.RunAsync<string>("c", ct: Stop));
        await AdvanceAsync(cluster, 2, "a", "b");
        await StopOldAsync(cluster);
        await AdvanceAsync(cluster, 2, "a", "b");

        await cluster.AddSiloAsync();
        await AdvanceAsync(cluster, 2, "a", "b");
        await StopOldAsync(cluster);
        await UntilAsync(cluster, view => view.SilosWith("a").IsEmpty);
        await AdvanceAsync(cluster, 4, "b");

        // Nobody has a: what was dispatched waits and says for what; the task is there and not disabled.
        var waiting = await cluster.Client.GetRunAsync(later, Stop);
        Assert.Equal(RunStatus.Waiting, waiting!.Status);
        Assert.Contains("'a'", waiting.WaitingFor, StringComparison.Ordinal);
        var task = await cluster.Client.GetTask("a").DescribeAsync(Stop);
        Assert.Equal((TaskState.Active, false), (task.State, task.HandlerAvailable));

        await cluster.AddSiloAsync();
        Assert.Equal("a", (await cluster.Client.WaitAsync(later, Stop)).GetValue<string>());
        await UntilAsync(cluster, view => !view.SilosWith("a").IsEmpty);
        await AdvanceAsync(cluster, 2, "a", "b");

        Assert.Equal(Instants(1, 15), Fired("b"));
        Assert.Equal([.. Instants(1, 9), .. Instants(14, 15)], Fired("a"));
    }

    private static IEnumerable<DateTimeOffset> Instants(int first, int last) => Enumerable.Range(first, last - first + 1).Select(n => TestCluster.Start + (n * Second));

    /// <summary>Waits until all living silos see it so.</summary>
    private static async Task UntilAsync(TestCluster cluster, Func<ClusterView, bool> isSo)
    {
        foreach (var view in cluster.Silos.Select(s => cluster.ServicesOf(s).GetRequiredService<ClusterView>()))
        {
            var news = new Happenings();
            using var listening = view.Listen(news.Note);
            await news.UntilAsync(() => isSo(view));
        }
    }

    private static async Task StopOldAsync(TestCluster cluster)
    {
        InProcessSiloHandle old = cluster.Silos.First(s => cluster.ServicesOf(s).GetRequiredService<HandlerCatalog>().Names.Contains("a"));
        await cluster.StopSiloAsync(old);
    }

    private void Code(TasksBuilder tasks, int silo)
    {
        var options = new TaskOptions { Overlap = OverlapPolicy.Allow };
        tasks.Schedule("b", TaskSchedule.Every(Second, TestCluster.Start), Note, options);
        if (silo is <= LastOldSilo or > LastNewSilo)
        {
            tasks.Schedule("a", TaskSchedule.Every(Second, TestCluster.Start), Note, options);
        }
        else
        {
            tasks.Define("c", (TaskRunContext run) => run.Task);
        }
    }

    private string Note(TaskRunContext run)
    {
        if (run.Trigger == RunTrigger.Schedule)
        {
            _fired.Enqueue((run.Task, run.ScheduledAt));
            _firings.Note();
        }

        return run.Task;
    }

    private List<DateTimeOffset> Fired(string task) => [.. _fired.Where(f => f.Task == task).Select(f => f.Due).Order()];

    /// <summary>Lets seconds pass, each when the tasks have fired for the one before.</summary>
    private async Task AdvanceAsync(TestCluster cluster, int seconds, params string[] tasks)
    {
        for (var n = 0; n < seconds; n++)
        {
            cluster.Clock.Advance(Second);
            var now = cluster.Clock.GetUtcNow();
            await _firings.UntilAsync(() => tasks.All(t => Fired(t).Contains(now)));
        }
    }
}
