using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Broken and hostile calls of clients that have nothing but grain references: each is refused with an error of the library, and leaves nothing behind.</summary>
public sealed class HostileCallTests
{
    private const int Calls = 600;
    private const int Seed = 20_261_125;

    private static readonly string[] Names =
    [
        "", " ", ".", "..", "../../etc/passwd", "a/b", "a\\b", "a?b", "a#b", "a%2Fb", "a\0b", "a\nb", "\u202Eevil", "\uD800", "\uDC00x", new('n', 201), new('n', 100_000),
        "unknown", "p0", "t-echo", "echo~x", "ECHO", "PubSubStore", "orleans-tasks.scheduler", "💩", "gone", "echo",
    ];

    private static readonly Func<TaskArguments?>[] Arguments =
    [
        () => null,
        () => [1],
        () => ["text", "more", "and more"],
        () => [new string('x', 3 << 20)],
        () => TaskArguments.Named(("nothing", 1)),
        () => TaskArguments.Named(("word", new { deep = new { deeper = true } })),
        () => [JsonSerializer.Deserialize<JsonElement>(new string('[', 60) + new string(']', 60))],
        () => ["\uD800"],
        () => [double.MaxValue],
        () => [(string?)null],
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Calls_BrokenOrHostile_AreRefusedWithErrorsOfTheLibrary()
    {
        await using var cluster = await StartAsync();
        await cluster.Client.GetTask("gone").CancelAsync(Stop);
        var random = new Random(Seed);
        var refused = 0;
        for (var n = 0; n < Calls; n++)
        {
            var (name, arguments, which) = (Pick(Names, random), Pick(Arguments, random), random.Next(13));
            try
            {
                await CallAsync(cluster, name, arguments, which, random);
            }
            catch (Exception e)
            {
                Assert.True(e is TaskException or ArgumentException && !e.Message.Contains("Object reference", StringComparison.Ordinal), $"{n}: call {which} of '{Short(name)}': {e}");
                refused++;
            }
        }

        Assert.InRange(refused, Calls / 3, Calls - 1);
        Assert.Equal("fine", await cluster.Client.RunAsync<string>("echo", ["fine"], ct: Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Describe_OfTensOfThousandsOfUnknownNames_LeavesNothingBehind()
    {
        const int Count = 20_000;
        await using var cluster = await StartAsync();
        var locals = cluster.Services(0).GetRequiredService<LocalGrains>();
        var before = locals.Tasks.Count();
        for (var n = 0; n < Count; n += 500)
        {
            await Task.WhenAll(Enumerable.Range(n, 500).Select(async i =>
            {
                var error = await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Cluster.GetGrain<ITaskGrain>($"unknown-{i}").DescribeAsync());
                Assert.Equal($"unknown-{i}", error.Task);
            }));
        }

        Assert.Equal(2, (await cluster.Client.GetSchedulerAsync(Stop)).Tasks);

        // Each leaves by itself: the last of them tells its partition, which answers the calls after it.
        await Task.WhenAll(locals.Tasks.Where(g => g.GrainId.Key.ToString()!.StartsWith("unknown-", StringComparison.Ordinal)).Select(g => g.Deactivated)).WaitAsync(Stop);
        Assert.InRange(locals.Tasks.Count(), 0, before);
    }

    private static async Task CallAsync(TestCluster cluster, string name, Func<TaskArguments?> arguments, int which, Random random)
    {
        var grain = cluster.Cluster.GetGrain<ITaskGrain>(name.Length == 0 ? "\u00A0" : name);
        var id = new RunId("other", Guid.NewGuid());
        switch (which)
        {
            case 0:
                await grain.RunAsync(arguments(), cancellationToken: Stop);
                break;
            case 1:
                await grain.RunAsync(arguments(), new RunOptions { Timeout = TimeSpan.FromSeconds(-random.Next(2)) }, Stop);
                break;
            case 2:
                await grain.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid(), Arguments = arguments(), Options = new DispatchOptions { Delay = TimeSpan.FromDays(-1), IdempotencyKey = "a\0" } });
                break;
            case 3:
                await grain.DispatchAsync(new DispatchRequest { Id = Guid.Empty, Arguments = arguments(), Options = new DispatchOptions { At = DateTimeOffset.MaxValue, IdempotencyKey = new string('k', 5_000) } });
                break;
            case 4:
                await grain.WaitAsync(id);
                break;
            case 5:
                Assert.False(await grain.CancelRunAsync(id));
                break;
            case 6:
                Assert.Null(await grain.GetRunAsync(id));
                break;
            case 7:
                await grain.RunsAsync(random.Next(-5, int.MaxValue), random.NextInt64(long.MinValue, long.MaxValue));
                break;
            case 8:
                await grain.HistoryAsync(random.NextInt64(long.MinValue, long.MaxValue), random.Next(-5, int.MaxValue));
                break;
            case 9:
                await grain.PauseAsync(new string('\u0001', 5_000));
                await grain.ResumeAsync();
                break;
            case 10:
                await cluster.Cluster.GetGrain<ISchedulerGrain>(0).RegisterAsync(new TaskRegistration { Name = name, Handler = Pick(Names, random), Arguments = arguments(), Options = new TaskOptions { HistoryLength = random.Next(-1, 1) } });
                break;
            case 11:
                await cluster.Client.ScheduleAsync(new TaskRegistration { Name = name, Handler = name, Arguments = arguments() }, Stop);
                break;
            default:
                await cluster.Client.RunAsync(name, arguments(), new RunOptions { Timeout = TimeSpan.FromDays(random.Next(-1, 200)) }, Stop);
                break;
        }
    }

    private static Task<TestCluster> StartAsync() => TestCluster.StartAsync(
        1, (tasks, _) => tasks.Define("echo", (string word) => word).Define("gone", () => 1), realTime: true, options: o => o.Partitions = 1, storage: new SharedStorage());

    private static string Short(string name) => name.Length > 40 ? name[..40] : name;

    private static T Pick<T>(IReadOnlyList<T> from, Random random) => from[random.Next(from.Count)];
}
