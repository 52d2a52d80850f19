using System.Collections.Concurrent;
using System.Text.Json;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests what counts as the same work: unique dispatches, dispatches with a key, and registrations.</summary>
public sealed class SameWorkTests
{
    private static readonly DispatchOptions Unique = new() { UniqueFor = TimeSpan.FromHours(1) };
    private readonly ConcurrentBag<(string Article, decimal Quantity)> _orders = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_UniqueWithEquivalentArguments_CreatesOneRun()
    {
        await using var cluster = await StartAsync();
        string[] same = ["""["a"]""", """[ "a" ]""", """["a",1]""", """["a",1.0]""", """["a","1"]""", """{"article":"a"}""",
            """{"quantity":1,"Article":"a"}"""];

        var ids = new List<RunId>();
        foreach (var json in same)
        {
            ids.Add(await cluster.Client.DispatchAsync("order", Arguments(json), Unique, Stop));
        }

        ids.Add(await cluster.Client.DispatchAsync("order", options: Unique, ct: Stop));
        var other = await cluster.Client.DispatchAsync("order", ["a", 2], Unique, Stop);
        await cluster.Client.WaitAsync(ids[0], Stop);
        await cluster.Client.WaitAsync(other, Stop);

        Assert.Single(ids.Distinct());
        Assert.Equal([("a", 1m), ("a", 2m)], _orders.Order());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_KeyOfOtherWork_IsRejectedAndNamesTheDifferences()
    {
        await using var cluster = await StartAsync();
        var options = new DispatchOptions { IdempotencyKey = "k" };
        var first = await cluster.Client.DispatchAsync("order", ["a", 5], options, Stop);
        await cluster.Client.WaitAsync(first, Stop);

        Assert.Equal(first,
            await cluster.Client.DispatchAsync("order", Arguments("""{ "quantity" : 5.0, "article" : "a" }"""),
                options with { Delay = TimeSpan.FromMinutes(1) }, Stop));
        var error =
            await Assert.ThrowsAsync<IdempotencyConflictException>(() => cluster.Client.DispatchAsync("order", ["a", 6], options, Stop));
        Assert.Equal(("order", "k", first), (error.Task, error.Key, error.Run));
        Assert.Equal(["The argument 'quantity' has another value."], error.Differences);
        Assert.Contains("'quantity'", error.Message, StringComparison.Ordinal);
        Assert.Single(_orders);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DispatchAsync_KeyOfACancelledRun_CreatesANewRun(bool unique)
    {
        await using var cluster = await StartAsync();
        var options = unique ? Unique : new DispatchOptions { IdempotencyKey = "k" };
        var first = await cluster.Client.DispatchAsync("order", ["a"], options with { Delay = TimeSpan.FromMinutes(10) }, Stop);
        Assert.Equal(first, await cluster.Client.DispatchAsync("order", ["a"], options, Stop));

        Assert.True(await cluster.Client.CancelRunAsync(first, Stop));
        await cluster.Client.WaitAsync(first, Stop);
        var second = await cluster.Client.DispatchAsync("order", ["a"], options, Stop);

        Assert.NotEqual(first, second);
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(second, Stop)).Status);
        Assert.Equal(second, await cluster.Client.DispatchAsync("order", ["a"], options, Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ScheduleAsync_EquivalentDefinition_KeepsTheRevision()
    {
        await using var cluster = await StartAsync();
        var registration = new TaskRegistration
        {
            Name = "nightly",
            Handler = "order",
            Schedule = TaskSchedule.Cron("0 9 * * *", "Europe/Berlin"),
            Arguments = Arguments("""{"article":"a","quantity":1}"""),
            Options = new TaskOptions
            {
                Description = "It orders.",
                Tags = ["x"],
                Then = [new Continuation("order") { Arguments = Arguments("""{"article":"b"}""") }]
            },
        };
        var first = (await cluster.Client.ScheduleAsync(registration, Stop)).Registration!.Task;
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));

        var again = (await cluster.Client.ScheduleAsync(
            registration with
            {
                Arguments = Arguments("""{ "quantity": 1.0, "article": "a" }"""),
                Options = registration.Options with
                {
                    Tags = ["x"],
                    Then = [new Continuation("order") { Arguments = Arguments("""{ "article" : "b" }""") }]
                },
            },
            Stop)).Registration!;
        var changed =
            (await cluster.Client.ScheduleAsync(registration with { Arguments = Arguments("""{"article":"a","quantity":2}""") },
                Stop)).Registration!.Task;

        Assert.Equal((first.Revision, first.UpdatedAt, false), (again.Task.Revision, again.Task.UpdatedAt, again.Created));
        Assert.Equal(first.Revision + 1, changed.Revision);
    }

    private static TaskArguments Arguments(string json)
    {
        using var document = JsonDocument.Parse(json);
        return TaskArguments.FromJson(document.RootElement);
    }

    private Task<TestCluster> StartAsync() => TestCluster.StartAsync(1, (tasks, _) => tasks.Schedule(
        "order", TaskSchedule.Every(TimeSpan.FromDays(1000)), (string article, decimal quantity = 1) => _orders.Add((article, quantity)),
        new TaskOptions(), arguments: ["a"]));
}
