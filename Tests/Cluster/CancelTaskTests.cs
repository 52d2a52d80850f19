using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// After a task is cancelled, no run that was accepted before starts, whatever is lost and whenever the task is registered again.
/// </summary>
public sealed class CancelTaskTests
{
    private const int Many = 1_500;
    private const int Large = 20_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly SemaphoreSlim Gate = new(0);
    private static readonly TaskCompletionSource Reading = new();
    private readonly ConcurrentQueue<string> _ran = new();
    private readonly Happenings _happened = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelAsync_OfATaskWithManyStoredRuns_EndsAllOfThem()
    {
        await using var cluster = await TestCluster.StartAsync(1, Code, options: o => o.Partitions = 1);
        var runs = await DispatchAsync(cluster, Many);

        Assert.True(await cluster.Client.GetTask("job").CancelAsync(Stop));
        var results = await Task.WhenAll(runs.Select(r => cluster.Client.WaitAsync(r, Stop)));
        cluster.Clock.Advance(2 * Minute);

        Assert.All(results, r => Assert.Equal(RunStatus.Cancelled, r.Status));
        Assert.Equal(0, (await cluster.Client.GetSchedulerAsync(Stop)).PendingRuns);
        Assert.Empty(_ran);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancelAsync_ThenSiloLost_StoredRunsDoNotStart(bool registerAgain)
    {
        var storage = new SharedStorage();
        List<RunId> runs;
        await using (var first = await TestCluster.StartAsync(1, Code, options: o => o.Partitions = 1, storage: storage))
        {
            runs = await DispatchAsync(first, 3);
            await KillWhenCancelledAsync(first, storage);
        }

        await using var second = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("work", (string word) => Note(word)),
            options: o => o.Partitions = 1, storage: storage, at: TestCluster.Start + (2 * Minute));
        if (registerAgain)
        {
            await second.Client.ScheduleAsync(new TaskRegistration { Name = "job", Handler = "work" }, Stop);
            await second.Client.RunAsync("job", ["again"], ct: Stop);
        }

        var results = await Task.WhenAll(runs.Select(r => second.Client.WaitAsync(r, Stop)));

        Assert.All(results, r => Assert.Equal(RunStatus.Cancelled, r.Status));
        Assert.Equal(registerAgain ? ["again"] : [], _ran);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_TaskCancelledDuringArgumentCheck_IsRejected()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("job", (Slow slow) => Note(slow.Word)),
            options: o => o.Partitions = 1);
        var dispatch = cluster.Client.DispatchAsync("job", [new Slow(new string('x', Large))], ct: Stop);
        await Reading.Task.WaitAsync(Stop);

        Assert.True(await cluster.Client.GetTask("job").CancelAsync(Stop));
        Gate.Release(100);

        await Assert.ThrowsAsync<TaskCancelledException>(() => dispatch);
        Assert.Empty(_ran);
        Assert.Equal(0, (await cluster.Client.GetSchedulerAsync(Stop)).PendingRuns);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task SetStateAsync_AfterACancellation_DoesNotReviveTheTask()
    {
        await using var cluster = await TestCluster.StartAsync(1, Code, options: o => o.Partitions = 1);
        var partition = cluster.Cluster.ServiceProvider.GetService(typeof(IGrainFactory)) is IGrainFactory grains
            ? grains.GetGrain<IPartition>(0)
            : throw new InvalidOperationException();
        var epoch =
            (await partition.AttachAsync("job", new Attachment { Activation = Guid.NewGuid(), Silo = cluster.Silos[0].SiloAddress })).Epoch;
        var cancelled = await partition.SetStateAsync("job", epoch, TaskState.Cancelled, null);

        var late = RunForms.ToStored(RunFactory.Manual(cancelled, RunId.New("job", TimeProvider.System), TestCluster.Start, null),
            TestCluster.Start);
        await Assert.ThrowsAsync<TaskCancelledException>(() => partition.SetStateAsync("job", epoch, TaskState.Paused, "late"));
        await Assert.ThrowsAsync<TaskCancelledException>(() => partition.SetStateAsync("job", epoch, TaskState.Active, null));
        await Assert.ThrowsAsync<TaskCancelledException>(() => partition.AddRunAsync(epoch, late));
        Assert.Equal(cancelled.Revision, (await partition.SetStateAsync("job", epoch, TaskState.Cancelled, null)).Revision);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ClearAsync_ThenRegisteredAgain_RunsNothingFromBefore()
    {
        await using var cluster = await TestCluster.StartAsync(2, Code, options: o => o.Partitions = 1);
        await DispatchAsync(cluster, 20);

        await cluster.Client.ClearAsync(Stop);
        await cluster.Client.ScheduleAsync(new TaskRegistration { Name = "job", Handler = "job" }, Stop);
        cluster.Clock.Advance(2 * Minute);
        await cluster.Client.RunAsync("job", ["again"], ct: Stop);

        Assert.Equal(["again"], _ran);
        Assert.Equal(0, (await cluster.Client.GetSchedulerAsync(Stop)).PendingRuns);
    }

    private static async Task<List<RunId>> DispatchAsync(TestCluster cluster, int count) =>
        [.. await Task.WhenAll(
            Enumerable.Range(0, count)
                .Select(_ => cluster.Client.DispatchAsync("job", ["before"], new DispatchOptions { Delay = Minute }, Stop)))];

    /// <summary>Cancels the task, and loses every later write with the silo.</summary>
    private static async Task KillWhenCancelledAsync(TestCluster cluster, SharedStorage storage)
    {
        await cluster.Client.GetTask("job").DescribeAsync(Stop);
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        storage.BeforeNextWrite = () =>
        {
            storage.BeforeNextWrite = () =>
            {
                reached.SetResult();
                return never.Task;
            };
            return Task.CompletedTask;
        };
        cluster.Client.GetTask("job").CancelAsync(Stop).Ignore();
        await reached.Task.WaitAsync(Stop);
        var killing = cluster.KillSiloAsync(cluster.Silos[0]);
        never.SetException(new TimeoutException("Storage was lost with the silo."));
        storage.Failure = StorageFailure.Refuses;
        await killing;
        storage.Failure = StorageFailure.None;
    }

    private void Code(TasksBuilder tasks, int silo) => tasks.Define("job", (string word) => Note(word));

    private void Note(string word)
    {
        _ran.Enqueue(word);
        _happened.Note();
    }

    [JsonConverter(typeof(SlowConverter))]
    internal sealed record Slow(string Word);

    /// <summary>Blocks the conversion of arguments for as long as a test needs.</summary>
    private sealed class SlowConverter : JsonConverter<Slow>
    {
        public override Slow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var word = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
            if (word.Length >= Large)
            {
                Reading.TrySetResult();
                Gate.Wait(TimeSpan.FromMilliseconds(TestCluster.TestTimeout));
            }

            return new Slow(word);
        }

        public override void Write(Utf8JsonWriter writer, Slow value, JsonSerializerOptions options) => writer.WriteStringValue(value.Word);
    }
}
