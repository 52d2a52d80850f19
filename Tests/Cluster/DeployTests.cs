using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansTasks.Handlers;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests a rolling deployment from silos with the handlers a and b to silos with b and c.</summary>
public sealed class DeployTests
{
    private const int LastOldSilo = 1;
    private const int LastNewSilo = 3;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TaskOptions Overlapping = new() { Overlap = OverlapPolicy.Allow };
    private readonly ConcurrentQueue<(string Task, DateTimeOffset Due)> _fired = new();
    private readonly Happenings _firings = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RollingDeploy_FromOldHandlersToNew_LosesNothingAndDisablesNothing()
    {
        await using var cluster = await TestCluster.StartAsync(2, Code, options: o => o.Partitions = 4, storage: new SharedStorage());
        await AdvanceAsync(cluster, 3, "a", "b");
        var onOldSilo = await DispatchAsync(cluster, "a", 6);
        var withoutSilo = new[] { await DispatchAsync(cluster, "a", 12), await DispatchAsync(cluster, "a", 13) };
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.RunAsync("c", ct: Stop));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.DispatchAsync("c", ct: Stop));
        var often = new TaskRegistration
        {
            Name = "c-often",
            Handler = "c",
            Schedule = TaskSchedule.Every(Second, TestCluster.Start),
            Options = Overlapping
        };
        Assert.Contains("'c'", (await Assert.ThrowsAsync<InvalidTaskException>(() => cluster.Client.ScheduleAsync(often, Stop))).Message,
            StringComparison.Ordinal);

        // One silo has c: runs of c start at once, and the other tasks continue.
        await cluster.AddSiloAsync();
        await UntilAsync(cluster, view => !view.SilosWith("c").IsEmpty);
        Assert.Equal("c", await cluster.Client.RunAsync<string>("c", ct: Stop));
        await cluster.Client.ScheduleAsync(often, Stop);
        var later = await DispatchAsync(cluster, "c", 8);
        await AdvanceAsync(cluster, 2, "a", "b", "c-often");
        await StopOldAsync(cluster);
        var lastOld = cluster.Silos.Single(s => Has(cluster, s, "a")).SiloAddress.ToString();
        await AdvanceAsync(cluster, 1, "a", "b", "c-often");
        var ran = await cluster.Client.WaitAsync(onOldSilo, Stop);
        Assert.Equal((RunStatus.Succeeded, lastOld, At(6)), (ran.Status, ran.Silo, ran.StartedAt));
        await AdvanceAsync(cluster, 1, "a", "b", "c-often");

        await cluster.AddSiloAsync();
        await AdvanceAsync(cluster, 1, "a", "b", "c-often");
        ran = await cluster.Client.WaitAsync(later, Stop);
        Assert.Equal((RunStatus.Succeeded, At(8)), (ran.Status, ran.StartedAt));
        await AdvanceAsync(cluster, 1, "a", "b", "c-often");
        await StopOldAsync(cluster);
        await UntilAsync(cluster, view => view.SilosWith("a").IsEmpty);
        await AdvanceAsync(cluster, 4, "b", "c-often");

        // No silo has a: dispatched runs wait and name what they wait for, and the task remains active.
        var waiting = await Task.WhenAll(withoutSilo.Select(run => cluster.Client.GetRunAsync(run, Stop)));
        Assert.All(waiting, run => Assert.Equal(RunStatus.Waiting, run!.Status));
        Assert.Contains("'a'", waiting[0]!.WaitingFor, StringComparison.Ordinal);
        Assert.NotNull(waiting[1]!.WaitingFor);
        var task = await cluster.Client.GetTask("a").DescribeAsync(Stop);
        Assert.Equal((TaskState.Active, false), (task.State, task.HandlerAvailable));

        await cluster.AddSiloAsync();
        foreach (var run in withoutSilo)
        {
            var result = await cluster.Client.WaitAsync(run, Stop);
            Assert.Equal(("a", 1), (result.GetValue<string>(), result.Attempt));
        }

        await UntilAsync(cluster, view => !view.SilosWith("a").IsEmpty);
        await AdvanceAsync(cluster, 2, "a", "b", "c-often");

        Assert.Equal(Instants(1, 15), Fired("b"));
        Assert.Equal(Instants(4, 15), Fired("c-often"));
        Assert.Equal([.. Instants(1, 9), .. Instants(14, 15)], Fired("a"));
    }

    private static DateTimeOffset At(int second) => TestCluster.Start + (second * Second);

    private static Task<RunId> DispatchAsync(TestCluster cluster, string task, int second) =>
        cluster.Client.DispatchAsync(task, options: new DispatchOptions { At = At(second) }, ct: Stop);

    private static bool Has(TestCluster cluster, InProcessSiloHandle silo, string handler) =>
        cluster.ServicesOf(silo).GetRequiredService<HandlerCatalog>().Names.Contains(handler);

    private static IEnumerable<DateTimeOffset> Instants(int first, int last) => Enumerable.Range(first, last - first + 1).Select(At);

    /// <summary>Waits until a condition holds in the views of all living silos.</summary>
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
        await cluster.StopSiloAsync(cluster.Silos.First(s => Has(cluster, s, "a")));
    }

    private void Code(TasksBuilder tasks, int silo)
    {
        tasks.Schedule("b", TaskSchedule.Every(Second, TestCluster.Start), Note, Overlapping);
        if (silo is <= LastOldSilo or > LastNewSilo)
        {
            tasks.Schedule("a", TaskSchedule.Every(Second, TestCluster.Start), Note, Overlapping);
        }
        else
        {
            tasks.Define("c", Note);
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

    /// <summary>Advances the clock second by second. Waits each time until the tasks have fired.</summary>
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
