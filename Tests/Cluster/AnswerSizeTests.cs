using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Client;
using OrleansTasks.Grains;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>No answer exceeds the maximum size of a message, however large and many its items are. A client sees no difference.</summary>
[Long]
public sealed class AnswerSizeTests
{
    private const int Size = 100_000;
    private const int Count = 40;
    private const long Most = AnswerPage.MaxBytes + (2 * Size);
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task History_OfLargeResults_IsReadInPages()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("large", (int n) => n + new string('x', Size)),
            options: o => o.Partitions = 1);
        for (var n = 0; n < Count; n++)
        {
            await cluster.Client.RunAsync("large", [n], ct: Stop);
        }

        var task = cluster.Client.GetTask("large");
        var bare = cluster.Cluster.GetGrain<ITaskGrain>("large");
        var page = await bare.HistoryAsync(0, 10_000);
        var runs = await bare.RunsAsync(1000);
        var history = await task.HistoryAsync(ct: Stop);
        var (some, first) = (await task.HistoryAsync(5, 20, Stop), await task.HistoryAsync(0, 1, Stop));

        Assert.InRange(page.Results.Sum(AnswerPage.SizeOf), 1, Most);
        Assert.True(page.HasMore);
        Assert.InRange(runs.Sum(AnswerPage.SizeOf), 1, Most);
        Assert.Equal(Enumerable.Range(1, Count).Select(n => (long)n), history.Results.Select(r => r.Sequence));
        Assert.False(history.HasMore);
        Assert.Equal(Enumerable.Range(6, 20).Select(n => (long)n), some.Results.Select(r => r.Sequence));
        Assert.Equal((1L, true), (Assert.Single(first.Results).Sequence, first.HasMore));
        Assert.Equal(Enumerable.Range(1, Count).Select(n => (long)n).Reverse(),
            (await task.RunsAsync(1000, ct: Stop)).Select(r => r.Result!.Sequence));
        Assert.Equal(30, (await task.RunsAsync(30, ct: Stop)).Count);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Subscriber_MissingLargeResults_ReceivesAllOfThem()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("large", () => new string('x', Size)),
            options: o => o.Partitions = 1);
        for (var n = 0; n < Count; n++)
        {
            await cluster.Client.RunAsync("large", ct: Stop);
        }

        var seen = new List<long>();
        await using var subscription = await cluster.Client.SubscribeResultsAsync("large", after: 0, Stop);
        await foreach (var result in subscription.WithCancellation(Stop))
        {
            Assert.Equal(RunStatus.Succeeded, result.Status);
            seen.Add(result.Sequence);
            if (seen.Count == Count)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, Count).Select(n => (long)n), seen);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Runs_ThatArePendingWithLargeArguments_AreReadInPages()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("job", (string text) => text.Length),
            options: o => o.Partitions = 1);
        var text = new string('x', Size);
        var ids = new List<RunId>();
        for (var n = 0; n < Count; n++)
        {
            ids.Add(await cluster.Client.DispatchAsync("job", [text], new DispatchOptions { Delay = TimeSpan.FromMinutes(1 + n) }, Stop));
        }

        var page = await cluster.Cluster.GetGrain<ITaskGrain>("job").RunsAsync(1000);
        var runs = await cluster.Client.GetTask("job").RunsAsync(1000, ct: Stop);

        Assert.InRange(page.Sum(AnswerPage.SizeOf), 1, Most);
        Assert.Equal(Enumerable.Reverse(ids), runs.Select(r => r.RunId));
        Assert.All(runs, r => Assert.InRange(r.Arguments!.Size, Size, 2 * Size));
        Assert.Equal(Enumerable.Reverse(ids).Skip(Count - 5),
            (await cluster.Client.GetTask("job").RunsAsync(5, ct: Stop)).Select(r => r.RunId));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task List_OfTasksWithLargeArguments_IsReadInPages()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("job", (string text) => text.Length),
            options: o => o.Partitions = 1);
        for (var n = 0; n < Count; n++)
        {
            await cluster.Client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = $"job-{n:d2}",
                    Handler = "job",
                    Arguments = [new string('x', Size)],
                    Schedule = TaskSchedule.Every(TimeSpan.FromHours(1 + n), TestCluster.Start)
                }, Stop);
        }

        var partition = cluster.Cluster.GetGrain<ISchedulerGrain>(0);
        foreach (var order in new[] { TaskOrder.Name, TaskOrder.NextDue })
        {
            var query = new TaskQuery { Prefix = "job-", Order = order };
            Assert.InRange((await partition.ListAsync(query)).Sum(AnswerPage.SizeOf), 1, Most);
            Assert.Equal(Enumerable.Range(0, Count).Select(n => $"job-{n:d2}"),
                await cluster.Client.ListAsync(query, Stop).Select(t => t.Name).ToListAsync(Stop));
        }

        Assert.All((await partition.OverviewAsync()).NextDue, t => Assert.Null(t.Arguments));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Calendars_WithManyDays_AreReadInPages()
    {
        await using var cluster = await TestCluster.StartAsync(1, (_, _) => { }, options: o => o.Partitions = 1);
        var calendar = new BusinessCalendar
        {
            Closed = [.. Enumerable.Range(0, BusinessCalendar.MaxDays).Select(n => new DateOnly(2026, 1, 1).AddDays(2 * n))],
            Open = [.. Enumerable.Range(0, BusinessCalendar.MaxDays).Select(n => new DateOnly(2026, 1, 2).AddDays(2 * n))],
        };
        for (var n = 0; n < 25; n++)
        {
            await cluster.Client.PutCalendarAsync($"{n:d2}", calendar, Stop);
        }

        var page = await cluster.Cluster.GetGrain<ISchedulerGrain>(0).GetCalendarsAsync();
        var calendars = await cluster.Client.GetCalendarsAsync(Stop);

        Assert.InRange(page.Sum(AnswerPage.SizeOf), 1, Most);
        Assert.InRange(page.Count, 2, 24);
        Assert.Equal(Enumerable.Range(0, 25).Select(n => $"{n:d2}"), calendars.Keys.Order(StringComparer.Ordinal));
        Assert.All(calendars.Values, c => Assert.Equal(calendar, c));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Handlers_Many_AreReadInPages()
    {
        const int Handlers = 4_000;
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) =>
        {
            for (var n = 0; n < Handlers; n++)
            {
                tasks.Define($"{n:d4}-{new string('x', 150)}", (string text) => text.Length);
            }
        }, options: o => o.Partitions = 1);

        var page = await cluster.Cluster.GetGrain<ISchedulerGrain>(0).HandlersAsync();
        var handlers = await cluster.Client.GetHandlersAsync(Stop);

        Assert.InRange(page.Sum(AnswerPage.SizeOf), 1, Most);
        Assert.Equal(Handlers, handlers.Select(h => h.Name).Distinct().Count());
        Assert.Equal(handlers.Select(h => h.Name).Order(StringComparer.Ordinal), handlers.Select(h => h.Name));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Calls_ToAnInactiveTask_ShareRequestsToItsPartition()
    {
        var questions = new Questions();
        await using var cluster = await TestCluster.StartAsync(
            1, (tasks, _) => tasks.Define("echo", (int n) => n), options: o => o.Partitions = 1,
            services: s => s.AddSingleton<IIncomingGrainCallFilter>(questions));

        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(n => cluster.Client.RunAsync<int>("echo", [n], ct: Stop)));

        Assert.Equal(Enumerable.Range(0, 500), results);
        Assert.InRange(questions.Count, 1, 10);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Subscriptions_Ended_LeaveNothingBehind()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("echo", (int n) => n),
            options: o => o.Partitions = 1);
        var client = (TaskClient)cluster.Client;

        for (var n = 0; n < 20; n++)
        {
            await using var subscription = await client.SubscribeResultsAsync($"name-{n}", ct: Stop);
            Assert.Equal(1, client.OpenStreams);
        }

        Assert.Equal(0, client.OpenStreams);
    }

    private sealed class Questions : IIncomingGrainCallFilter
    {
        private int _count;

        public int Count => _count;

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.MethodName.StartsWith("Attach", StringComparison.Ordinal) && context.Request.GetArgument(0) is "echo")
            {
                Interlocked.Increment(ref _count);
            }

            return context.Invoke();
        }
    }
}
