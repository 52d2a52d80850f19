using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansTasks.Tests.Cluster;

/// <summary>The spans of runs, as OpenTelemetry exports them.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly SpanExport _spans = new();
    private readonly ConcurrentQueue<Activity?> _handlers = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _spans.Dispose();

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Dispatch_WithinARequest_IsOneTraceDownToTheHandler()
    {
        await using var cluster = await StartAsync("request");
        string trace;
        using (var request = SpanExport.Web.StartActivity("GET /", ActivityKind.Server)!)
        {
            request.TraceStateString = "vendor=1";
            request.AddBaggage("user", "alice");
            trace = request.TraceId.ToHexString();
            await cluster.Client.DispatchAsync("request", ct: Stop);
        }

        var (dispatch, run, attempt) = (await _spans.EndedAsync("dispatch request"), await _spans.EndedAsync("run request"), await _spans.EndedAsync("attempt request"));
        Assert.All([dispatch, run, attempt], s => Assert.Equal(trace, s.TraceId.ToHexString()));
        Assert.Equal((dispatch.SpanId, run.SpanId), (run.ParentSpanId, attempt.ParentSpanId));
        Assert.Equal((ActivityKind.Producer, ActivityKind.Consumer, ActivityKind.Internal), (dispatch.Kind, run.Kind, attempt.Kind));
        Assert.Same(attempt, Assert.Single(_handlers));
        Assert.Equal(("alice", "vendor=1"), (attempt.GetBaggageItem("user"), attempt.TraceStateString));
        Assert.Equal(run.GetTagItem("messaging.message.id"), dispatch.GetTagItem("messaging.message.id"));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Dispatch_MadeAfterARestartOfEverything_StaysInItsTrace()
    {
        var storage = new SharedStorage();
        string trace;
        await using (var first = await StartAsync("restart", storage))
        {
            using var request = SpanExport.Web.StartActivity("GET /", ActivityKind.Server)!;
            request.AddBaggage("user", "alice");
            trace = request.TraceId.ToHexString();
            await first.Client.DispatchAsync("restart", options: new DispatchOptions { Delay = TimeSpan.FromMinutes(5) }, ct: Stop);
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync("restart", storage);
        second.Clock.Advance(TimeSpan.FromMinutes(5));
        var attempt = await _spans.EndedAsync("attempt restart");
        Assert.Equal((trace, "alice"), (attempt.TraceId.ToHexString(), attempt.GetBaggageItem("user")));
        Assert.Equal((await _spans.EndedAsync("dispatch restart")).SpanId, (await _spans.EndedAsync("run restart")).ParentSpanId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Occurrence_BeginsATraceOfItsOwn_LinkedToItsRegistration()
    {
        await using var cluster = await StartAsync("occurrence");
        using (SpanExport.Web.StartActivity("PUT /", ActivityKind.Server))
        {
            await cluster.Client.ScheduleAsync(new TaskRegistration { Name = "hourly", Handler = "occurrence", Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)) }, Stop);
        }

        cluster.Clock.Advance(TimeSpan.FromHours(1));
        var (registration, run) = (await _spans.EndedAsync("schedule hourly"), await _spans.EndedAsync("run hourly"));
        Assert.NotEqual(registration.TraceId, run.TraceId);
        Assert.Equal(default, run.ParentSpanId);
        Assert.Equal(registration.SpanId, Assert.Single(run.Links).Context.SpanId);
        Assert.Equal(run.SpanId, (await _spans.EndedAsync("attempt hourly")).ParentSpanId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_IsLinkedToTheRunThatItFollows()
    {
        await using var cluster = await StartAsync("leader");
        await cluster.Client.DispatchAsync("leader", options: new DispatchOptions { Then = [new Continuation("other")] }, ct: Stop);
        var (leader, follower) = (await _spans.EndedAsync("run leader"), await _spans.EndedAsync("run other"));
        Assert.NotEqual(leader.TraceId, follower.TraceId);
        Assert.Equal(leader.SpanId, Assert.Single(follower.Links).Context.SpanId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_IsWhatItsRunsAreLinkedTo()
    {
        await using var cluster = await StartAsync("item");
        using var request = SpanExport.Web.StartActivity("POST /", ActivityKind.Server)!;
        await cluster.Client.DispatchBatchAsync([new BatchItem("item"), new BatchItem("item")], new Continuation("after") { Pass = PassedArgument.None }, Stop);
        await _spans.EndedAsync("run after");
        var batch = Assert.Single(_spans.Of("dispatch batch"), s => s.TraceId == request.TraceId);
        Assert.All([.. await _spans.EndedAsync("run item", 2), await _spans.EndedAsync("run after")], run =>
        {
            Assert.NotEqual(batch.TraceId, run.TraceId);
            Assert.Equal(batch.SpanId, Assert.Single(run.Links).Context.SpanId);
        });
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task AwaitedRun_IsAChildOfItsCaller_AlsoWithinAHandler()
    {
        await using var cluster = await StartAsync("inner", more: tasks => tasks.Define("outer", (ITaskClient client) => client.RunAsync("inner")));
        using var request = SpanExport.Web.StartActivity("GET /", ActivityKind.Server)!;
        await cluster.Client.RunAsync("outer", ct: Stop);
        Assert.Equal(request.SpanId, (await _spans.EndedAsync("run outer")).ParentSpanId);
        Assert.Equal((await _spans.EndedAsync("attempt outer")).SpanId, (await _spans.EndedAsync("run inner")).ParentSpanId);
        Assert.Equal(request.TraceId, (await _spans.EndedAsync("attempt inner")).TraceId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Trigger_IsADispatch_AndABackfillIsLinked()
    {
        await using var cluster = await StartAsync("again", more: tasks => tasks.Hours(1, "triggered", () => 1));
        await cluster.Client.GetTask("triggered").TriggerAsync(Stop);
        var dispatch = await _spans.EndedAsync("dispatch triggered");
        Assert.Equal(dispatch.SpanId, (await _spans.EndedAsync("run triggered")).ParentSpanId);
        Assert.Equal("trigger", dispatch.GetTagItem("messaging.operation.name"));

        cluster.Clock.Advance(TimeSpan.FromHours(2));
        await _spans.EndedAsync("run triggered", 2);
        await cluster.Client.GetTask("triggered").BackfillAsync(TestCluster.Start, TestCluster.Start.AddHours(2), Stop);
        var backfill = (await _spans.EndedAsync("dispatch triggered", 2)).Single(s => s != dispatch);
        await _spans.EndedAsync("run triggered", 4);
        Assert.All(_spans.Of("run triggered").Where(static s => (string?)s.GetTagItem("orleanstasks.trigger") == "backfill"), s => Assert.Equal(backfill.SpanId, Assert.Single(s.Links).Context.SpanId));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Dispatch_ThatIsRefused_IsAnError()
    {
        await using var cluster = await StartAsync("refused");
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.DispatchAsync("nobody has this", ct: Stop));
        var span = await _spans.EndedAsync("dispatch nobody has this");
        Assert.Equal((ActivityStatusCode.Error, typeof(TaskNotFoundException).FullName), (span.Status, span.GetTagItem("error.type")));
    }

    private Task<TestCluster> StartAsync(string handler, SharedStorage? storage = null, Action<TasksBuilder>? more = null) => TestCluster.StartAsync(
        1,
        (tasks, _) =>
        {
            tasks.Define(handler, () => _handlers.Enqueue(Activity.Current)).Define("other", () => 1).Define("after", () => 1);
            more?.Invoke(tasks);
        },
        storage: storage);
}
