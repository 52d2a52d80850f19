using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansTasks.Partitions;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests what a cluster finds in the storage of an earlier one.</summary>
public sealed class RestartTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Restart_SameCode_KeepsChangesAndPendingRuns()
    {
        var storage = new SharedStorage();
        RunId pending;
        await using (var first = await TestCluster.StartAsync(1, Code, storage: storage))
        {
            await first.Client.GetTask("hourly").UpdateAsync(r => r with { Arguments = ["changed"] }, Stop);
            await first.Client.ScheduleAsync(new TaskRegistration { Name = "added", Handler = "hourly", Arguments = ["x"] }, Stop);
            await first.Client.GetTask("gone").CancelAsync(Stop);
            pending = await first.Client.DispatchAsync("echo", ["later"], new DispatchOptions { Delay = TimeSpan.FromMinutes(5) }, Stop);
            Assert.Equal("before", (await first.Client.RunAsync("echo", ["before"], ct: Stop)).GetValue<string>());
        }

        await using var second = await TestCluster.StartAsync(1, Code, storage: storage);
        var hourly = await second.Client.GetTask("hourly").DescribeAsync(Stop);
        Assert.Equal((2, "changed"), (hourly.Revision, hourly.Arguments!.Positional[0].GetString()));
        Assert.Equal("x", (await second.Client.GetTask("added").DescribeAsync(Stop)).Arguments!.Positional[0].GetString());
        Assert.Equal(TaskState.Cancelled, (await second.Client.GetTask("gone").DescribeAsync(Stop)).State);
        Assert.Equal("before", Assert.Single((await second.Client.GetTask("echo").HistoryAsync(ct: Stop)).Results).GetValue<string>());
        second.Clock.Advance(TimeSpan.FromMinutes(5));
        var result = await second.Client.WaitAsync(pending, Stop);
        Assert.Equal(("later", 2L), (result.GetValue<string>(), result.Sequence));

        static void Code(TasksBuilder tasks, int silo) => tasks
            .Hours(1, "hourly", (string word) => word, arguments: ["original"])
            .Define("echo", (string word) => word)
            .Define("gone", () => 1);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Start_WhileAnotherSiloTakesThePartition_RetriesAndSucceeds()
    {
        var storage = new SharedStorage();
        await using (var first = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("one", () => 1), options: o => o.Partitions = 1,
            storage: storage))
        {
            await first.Client.ScheduleAsync(new TaskRegistration { Name = "added", Handler = "one" }, Stop);
        }

        // Simulate two silos that start at the same time and do not know of each other yet.
        PartitionLog? other = null;
        storage.BeforeNextWrite = async () =>
            other = await PartitionLog.OpenAsync(storage, "p0", new PartitionState().Items, new PartitionLogOptions(), TimeProvider.System,
                NullLogger.Instance);
        await using var second = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("one", () => 1), options: o => o.Partitions = 1,
            storage: storage);

        Assert.NotNull(other);
        Assert.Equal(1, (await second.Client.RunAsync("added", ct: Stop)).GetValue<int>());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Restart_OtherCode_UsesTheNewDefinitionAndMarksMissingHandlers()
    {
        var storage = new SharedStorage();
        await using (var first = await TestCluster.StartAsync(1, (tasks, _) => tasks.Hours(1, "a", () => 1).Hours(1, "b", () => 1),
            storage: storage))
        {
            await first.Client.GetTask("a").UpdateAsync(r => r with { Schedule = TaskSchedule.Every(TimeSpan.FromHours(5)) }, Stop);
        }

        await using var second = await TestCluster.StartAsync(1, (tasks, _) => tasks.Hours(2, "a", () => 1), storage: storage);
        var a = await second.Client.GetTask("a").DescribeAsync(Stop);
        Assert.Equal("every 2 hours", a.ScheduleDescription);
        Assert.True(a.HandlerAvailable);
        var b = await second.Client.GetTask("b").DescribeAsync(Stop);
        Assert.Equal((TaskState.Active, false), (b.State, b.HandlerAvailable));
        second.Clock.Advance(TimeSpan.FromHours(3));
        await second.Client.RunAsync("a", ct: Stop);
        Assert.Empty((await second.Client.GetTask("b").HistoryAsync(ct: Stop)).Results);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(60)]
    [InlineData(64)]
    public async Task Restart_AfterADeeplyNestedValue_ReadsIt(int depth)
    {
        var storage = new SharedStorage();
        RunId dispatched;
        await using (var first = await TestCluster.StartAsync(1, Code, storage: storage))
        {
            Assert.Equal(RunStatus.Succeeded, (await first.Client.RunAsync("deep", [depth], ct: Stop)).Status);
            dispatched = await first.Client.DispatchAsync("deep", [depth], ct: Stop);
            await first.Client.WaitAsync(dispatched, Stop);
        }

        await using var second = await TestCluster.StartAsync(1, Code, storage: storage);
        var history = await second.Client.GetTask("deep").HistoryAsync(ct: Stop);
        Assert.Equal([true, true], history.Results.Select(r => r.Successful));
        Assert.Equal(Nested(depth), (await second.Client.WaitAsync(dispatched, Stop)).Value!.Value.GetRawText());

        static string Nested(int depth) => new string('[', depth) + new string(']', depth);

        static void Code(TasksBuilder tasks, int silo) =>
            tasks.Define("deep", (int depth) => JsonSerializer.Deserialize<JsonElement>(Nested(depth)));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Restart_NamedArgumentsWithAnyName_KeepsThem()
    {
        var storage = new SharedStorage();
        var arguments = TaskArguments.Named(("$args", 1), ("$named", "two"));
        await using (var first = await TestCluster.StartAsync(1, Code, storage: storage))
        {
            await first.Client.ScheduleAsync(new TaskRegistration { Name = "named", Handler = "any", Arguments = arguments }, Stop);
        }

        await using var second = await TestCluster.StartAsync(1, Code, storage: storage);
        Assert.Equal(arguments, (await second.Client.GetTask("named").DescribeAsync(Stop)).Arguments);

        static void Code(TasksBuilder tasks, int silo) => tasks.Define("any", (TaskArguments all) => all.Count);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task History_OfRuns_HasTheirArgumentsAlsoAfterARestart()
    {
        var storage = new SharedStorage();
        RunId small, large, own;
        await using (var first = await TestCluster.StartAsync(1, Code, storage: storage, options: o => o.Limits.MaxKeptArgumentsSize = 100))
        {
            small = await first.Client.DispatchAsync("any", [7, "seven"], ct: Stop);
            large = await first.Client.DispatchAsync("any", [new string('x', 100)], ct: Stop);
            own = await first.Client.DispatchAsync("any", ct: Stop);
            var asked = await first.Client.RunAsync("any", [8], ct: Stop);
            Assert.Null(asked.Arguments);
            Assert.Equal([8], (await first.Client.GetRunAsync(asked.RunId, Stop))!.Arguments);
            await CheckAsync(first);
            await first.StopSiloAsync(first.Silos[0]);
        }

        await using var second = await TestCluster.StartAsync(1, Code, storage: storage);
        await CheckAsync(second);

        async Task CheckAsync(TestCluster cluster)
        {
            await Task.WhenAll(new[] { small, large, own }.Select(r => cluster.Client.WaitAsync(r, Stop)));
            Assert.Equal([7, "seven"], (await cluster.Client.GetRunAsync(small, Stop))!.Arguments);
            Assert.Null((await cluster.Client.GetRunAsync(large, Stop))!.Arguments);
            Assert.Null((await cluster.Client.GetRunAsync(own, Stop))!.Arguments);
            var all = await cluster.Client.GetTask("any").HistoryAsync(ct: Stop);
            Assert.Equal(["", "", "[7,\"seven\"]", "[8]"], all.Results.Select(r => $"{r.Arguments}").Order(StringComparer.Ordinal));

            // A subscriber that missed the results receives what the stream would have delivered.
            await using var subscription = await cluster.Client.SubscribeResultsAsync("any", 0, Stop);
            Assert.All(await subscription.Take(4).ToListAsync(Stop), r => Assert.Null(r.Arguments));
        }

        static void Code(TasksBuilder tasks, int silo) => tasks.Define("any", (TaskArguments all) => all.Count);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Once_AfterARestart_RunsAgainUnlessOnlyOnce()
    {
        var storage = new SharedStorage();
        var ran = Channel.CreateUnbounded<string>();
        for (var start = 1; start <= 2; start++)
        {
            await using var cluster = await TestCluster.StartAsync(1, Code, storage: storage);
            cluster.Clock.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal("each", await ran.Reader.ReadAsync(Stop));
            if (start == 1)
            {
                cluster.Clock.Advance(TimeSpan.FromSeconds(3));
                Assert.Equal("ever", await ran.Reader.ReadAsync(Stop));
            }

            // The answer shows that the results are recorded.
            await cluster.Client.ListAsync(ct: Stop).ToListAsync(Stop);
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.False(ran.Reader.TryRead(out _));

        void Code(TasksBuilder tasks, int silo) => tasks
            .Once(() => ran.Writer.TryWrite("each"), TimeSpan.FromSeconds(3), name: "each")
            .Once(() => ran.Writer.TryWrite("ever"), TimeSpan.FromSeconds(6), name: "ever", onlyOnce: true);
    }
}
