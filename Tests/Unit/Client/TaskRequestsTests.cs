using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Client;
using OrleansTasks.Client.Filters;
using OrleansTasks.Client.Links;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the requests of a client, with its filters and inherited values.</summary>
public sealed class TaskRequestsTests
{
    private readonly FakeTimeProvider _clock = new(TaskRig.Start);
    private readonly FakeOf<ITaskGrain> _task = FakeOf<ITaskGrain>.New();
    private readonly FakeOf<IBatchGrain> _batch = FakeOf<IBatchGrain>.New();
    private readonly List<string> _said = [];
    private TaskHeaders? _inherited;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static IReadOnlyDictionary<string, string> Tenant => new Dictionary<string, string> { ["tenant"] = "given" };

    [Fact]
    public async Task Calls_OfEachKind_PassTheFiltersInOrder()
    {
        var client = Client(new Says(_said, "outer"), new Says(_said, "inner"));
        await client.RunAsync("t", [1], ct: Stop);
        await client.RunAsync<int>("t", [1], ct: Stop);
        await client.DispatchAsync("t", [1], ct: Stop);
        await client.DispatchBatchAsync([new BatchItem("t")], ct: Stop);
        await client.GetTask("t").TriggerAsync(Stop);
        await client.GetTask("t").TriggerAsync(new TriggerOptions(), Stop);
        await client.GetTask("t").BackfillAsync(TaskRig.Start, TaskRig.Start, Stop);
        await client.GetTask("t").RunAsync(ct: Stop);
        await client.GetTask("t").DispatchAsync(ct: Stop);
        await ((IRunLeaver)client).RunOrLeaveAsync(RunId.New("t", _clock), null, null, CancellationToken.None, CancellationToken.None);
        Assert.Equal(
            string.Join(' ',
                new[]
                {
                    "Run", "Run", "Dispatch", "Batch", "Trigger", "Trigger", "Backfill", "Run", "Dispatch", "Run"
                }.SelectMany(k => new[] { $"outer:{k}", $"inner:{k}" })),
            string.Join(' ', _said));
    }

    [Fact]
    public async Task Headers_ThatAFilterAdds_AreSentWithEachKind()
    {
        var client = Client(new Adds("tenant", "filter"));
        await client.RunAsync("t", ct: Stop);
        await client.DispatchAsync("t", null, new DispatchOptions { Delay = TimeSpan.FromSeconds(1) }, Stop);
        await client.GetTask("t").TriggerAsync(Stop);
        await client.GetTask("t").BackfillAsync(TaskRig.Start, TaskRig.Start, Stop);
        await client.DispatchBatchAsync([new BatchItem("t"), new BatchItem("t", null, new DispatchOptions { Headers = Tenant })],
            new Continuation("t"), Stop);
        Assert.Equal("filter", Run.Options!.Headers!["tenant"]);
        Assert.Equal(("filter", TimeSpan.FromSeconds(1)), (Dispatch.Options!.Headers!["tenant"], Dispatch.Options.Delay));
        Assert.Equal("filter", ((TriggerOptions)_task.CallsOf(nameof(ITaskGrain.TriggerAsync)).First()[2]!).Headers!["tenant"]);
        Assert.Equal("filter", ((BackfillRequest)_task.CallsOf(nameof(ITaskGrain.BackfillAsync)).First()[0]!).Headers!["tenant"]);

        // The options of an item override those of the batch.
        Assert.Equal(["filter", "given"], Batch.Items.Select(i => i.Options!.Headers!["tenant"]));
        Assert.Equal("filter", Batch.Then!.Headers!["tenant"]);
    }

    [Fact]
    public async Task Headers_Inherited_AreOverriddenByExplicitOnes()
    {
        _inherited = TaskHeaders.Of(new Dictionary<string, string> { ["tenant"] = "inherited", ["trace"] = "1" });
        var client = Client();
        await client.RunAsync("t", null, new RunOptions { Headers = Tenant }, Stop);
        Assert.Equal("given 1", $"{Run.Options!.Headers!["tenant"]} {Run.Options.Headers["trace"]}");
        await client.DispatchAsync("t", ct: Stop);
        Assert.Equal(_inherited, Dispatch.Options!.Headers);
        await client.DispatchBatchAsync([new BatchItem("t")], new Continuation("t") { Headers = Tenant }, Stop);
        Assert.Equal(_inherited, Batch.Items[0].Options!.Headers);
        Assert.Equal("given 1", $"{Batch.Then!.Headers!["tenant"]} {Batch.Then.Headers["trace"]}");
    }

    [Fact]
    public async Task Filter_CanReadAndChangeTheRequest()
    {
        var client = Client(new Does((call, next) =>
        {
            call.Arguments = [(int)call.Headers.Count];
            call.RunOptions = new RunOptions
            {
                Timeout = TimeSpan.FromSeconds(9),
                Headers = new Dictionary<string, string> { ["not"] = "looked at" }
            };
            call.Headers.Clear();
            return next(call);
        }));
        await client.RunAsync("t", ["x"], new RunOptions { Headers = Tenant }, Stop);
        Assert.Equal(("[1]", new RunOptions { Timeout = TimeSpan.FromSeconds(9) }), (Run.Arguments!.ToString(), Run.Options));
    }

    [Fact]
    public async Task Filter_CanAnswerOrReject()
    {
        var answer = new RunId("t", Guid.NewGuid());
        Assert.Equal(answer, await Client(new Does((_, _) => new ValueTask<object?>(answer))).DispatchAsync("t", ct: Stop));
        Assert.Empty(_task.CallsOf(nameof(ITaskGrain.DispatchAsync)));
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => Client(new Does((_, _) => default)).RunAsync("t", ct: Stop));
        Assert.Contains("'t' with null", wrong.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => Client(new Does((_, _) => throw new UnauthorizedAccessException())).RunAsync("t", ct: Stop));
    }

    [Fact]
    public async Task Filter_ThatRepeatsTheRequest_CreatesAnotherRun()
    {
        await Client(new Does(async (call, next) => { await next(call); return await next(call); })).RunAsync("t", ct: Stop);
        Assert.Equal(2, _task.CallsOf(nameof(ITaskGrain.BeginRunAsync)).Select(c => ((RunRequest)c[0]!).Id).Distinct().Count());
    }

    [Theory]
    [InlineData("bad name", "a")]
    [InlineData("name", "bad\ntext")]
    public async Task Headers_Invalid_AreRejectedBeforeSending(string name, string text)
    {
        var bad = new Dictionary<string, string> { [name] = text };
        var client = Client();
        await Assert.ThrowsAsync<InvalidTaskException>(
            async () => await client.RunAsync("t", null, new RunOptions { Headers = bad }, Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(
            async () => await client.DispatchAsync("t", null, new DispatchOptions { Headers = bad }, Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(
            async () => await client.GetTask("t").TriggerAsync(new TriggerOptions { Headers = bad }, Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(
            async () => await client.ScheduleAsync(new TaskRegistration { Name = "t", Headers = bad }, Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(async () => await Client(new Adds(name, text)).RunAsync("t", ct: Stop));
        Assert.Empty(_task.CallsOf(nameof(ITaskGrain.BeginRunAsync)));
    }

    /// <summary>Clients without filters and headers pay nothing for them.</summary>
    [Fact]
    public async Task Options_WithoutFiltersAndHeaders_AreSentUnchanged()
    {
        var options = new RunOptions { Timeout = TimeSpan.FromSeconds(1) };
        await Client().RunAsync("t", null, options, Stop);
        Assert.Same(options, Run.Options);
        await Client().RunAsync("t", ct: Stop);
        Assert.Null(Run.Options);
        await Client().DispatchAsync("t", ct: Stop);
        Assert.Null(Dispatch.Options);
    }

    /// <summary>The previous silo may have been lost because it validated the arguments.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispatch_RepeatedAfterAPossibleSiloLoss_ChecksArgumentsOnTheRunningSilo(bool isLost)
    {
        var client = Client();
        var calls = 0;
        _task.On(nameof(ITaskGrain.DispatchAsync), _ => ++calls switch
        {
            1 => Task.FromException<RunId>(isLost ? new SiloUnavailableException("gone") : new PartitionMovedException("moves")),
            2 => Task.FromException<RunId>(new PartitionMovedException("moves")),
            _ => Task.FromResult(new RunId("t", Guid.NewGuid())),
        });

        var dispatch = client.DispatchAsync("t", ct: Stop);
        while (!dispatch.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await dispatch;
        var requests = _task.CallsOf(nameof(ITaskGrain.DispatchAsync)).Select(static a => (DispatchRequest)a[0]!).ToList();
        Assert.Equal([(false, false), (true, isLost), (true, isLost)], requests.Select(static r => (r.Repeated, r.Unchecked)));
    }

    private RunRequest Run => (RunRequest)_task.CallsOf(nameof(ITaskGrain.BeginRunAsync)).Last()[0]!;

    private DispatchRequest Dispatch => (DispatchRequest)_task.CallsOf(nameof(ITaskGrain.DispatchAsync)).Last()[0]!;

    private BatchRequest Batch => (BatchRequest)_batch.CallsOf(nameof(IBatchGrain.CreateAsync)).Last()[0]!;

    private TaskClient Client(params ITaskClientFilter[] filters)
    {
        var id = new RunId("t", Guid.NewGuid());
        _task.On(nameof(ITaskGrain.BeginRunAsync),
            a => new ValueTask<TaskResult?>(
                new TaskResult { RunId = new RunId("t", ((RunRequest)a[0]!).Id), Status = RunStatus.Succeeded, Json = [(byte)'1'] }))
            .On(nameof(ITaskGrain.DispatchAsync), _ => Task.FromResult(id))
            .On(nameof(ITaskGrain.TriggerAsync), _ => Task.FromResult(id))
            .On(nameof(ITaskGrain.BackfillAsync), _ => Task.FromResult<IReadOnlyList<RunId>>([id]));
        _batch.On(nameof(IBatchGrain.CreateAsync), _ => Task.FromResult(new BatchInfo { Id = id.Value }));
        var grains = FakeOf<IGrainFactory>.New()
            .On(nameof(IGrainFactory.GetGrain), a => (Type)a[0]! == typeof(IBatchGrain) ? _batch.Face : _task.Face);
        var link = new ClusterLink(_clock, NullLogger.Instance);
        link.Start();
        var run = FakeOf<IRunHeaders>.New().On("get_Inherited", _ => _inherited);
        return new TaskClient(
            grains.Face, null!, new ClusterCalls(link, _clock, new TaskClientOptions(), NullLogger.Instance), _clock,
            new TaskClientOptions(), null, new ClientFilters(() => filters, run.Face));
    }

    private sealed class Says(List<string> said, string name) : ITaskClientFilter
    {
        public ValueTask<object?> InvokeAsync(TaskClientCall call, TaskClientDelegate next)
        {
            said.Add($"{name}:{call.Kind}");
            return next(call);
        }
    }

    private sealed class Adds(string name, string text) : ITaskClientFilter
    {
        public ValueTask<object?> InvokeAsync(TaskClientCall call, TaskClientDelegate next)
        {
            call.Headers[name] = text;
            return next(call);
        }
    }

    private sealed class Does(Func<TaskClientCall, TaskClientDelegate, ValueTask<object?>> what) : ITaskClientFilter
    {
        public ValueTask<object?> InvokeAsync(TaskClientCall call, TaskClientDelegate next) => what(call, next);
    }
}
