using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests the spans of runs, as OpenTelemetry exports them.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly SpanExport _spans = new();
    private readonly ConcurrentQueue<Activity?> _handlers = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _spans.Dispose();

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Dispatch_WithinARequest_IsOneTraceDownToTheHandler()
    {
        await using var cluster = await StartAsync("traced request");
        string trace;
        using (var request = SpanExport.Web.StartActivity("GET /", ActivityKind.Server)!)
        {
            request.TraceStateString = "vendor=1";
            request.AddBaggage("user", "alice");
            trace = request.TraceId.ToHexString();
            await cluster.Client.DispatchAsync("traced request", ct: Stop);
        }

        var (dispatch, run, attempt) = (await _spans.EndedAsync("dispatch traced request"), await _spans.EndedAsync("run traced request"),
            await _spans.EndedAsync("attempt traced request"));
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
        await using (var first = await StartAsync("traced restart", storage))
        {
            using var request = SpanExport.Web.StartActivity("GET /", ActivityKind.Server)!;
            request.AddBaggage("user", "alice");
            trace = request.TraceId.ToHexString();
            await first.Client.DispatchAsync("traced restart", options: new DispatchOptions { Delay = TimeSpan.FromMinutes(5) }, ct: Stop);
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync("traced restart", storage);
        second.Clock.Advance(TimeSpan.FromMinutes(5));
        var attempt = await _spans.EndedAsync("attempt traced restart");
        Assert.Equal((trace, "alice"), (attempt.TraceId.ToHexString(), attempt.GetBaggageItem("user")));
        Assert.Equal((await _spans.EndedAsync("dispatch traced restart")).SpanId,
            (await _spans.EndedAsync("run traced restart")).ParentSpanId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Occurrence_StartsItsOwnTrace_LinkedToItsRegistration()
    {
        await using var cluster = await StartAsync("traced occurrence");
        using (SpanExport.Web.StartActivity("PUT /", ActivityKind.Server))
        {
            await cluster.Client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = "traced hourly",
                    Handler = "traced occurrence",
                    Schedule = TaskSchedule.Every(TimeSpan.FromHours(1))
                }, Stop);
        }

        cluster.Clock.Advance(TimeSpan.FromHours(1));
        var (registration, run) = (await _spans.EndedAsync("schedule traced hourly"), await _spans.EndedAsync("run traced hourly"));
        Assert.NotEqual(registration.TraceId, run.TraceId);
        Assert.Equal(default, run.ParentSpanId);
        Assert.Equal(registration.SpanId, Assert.Single(run.Links).Context.SpanId);
        Assert.Equal(run.SpanId, (await _spans.EndedAsync("attempt traced hourly")).ParentSpanId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_IsLinkedToTheRunThatItFollows()
    {
        await using var cluster = await StartAsync("traced leader");
        await cluster.Client.DispatchAsync("traced leader", options: new DispatchOptions { Then = [new Continuation("traced other")] },
            ct: Stop);
        var (leader, follower) = (await _spans.EndedAsync("run traced leader"), await _spans.EndedAsync("run traced other"));
        Assert.NotEqual(leader.TraceId, follower.TraceId);
        Assert.Equal(leader.SpanId, Assert.Single(follower.Links).Context.SpanId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_RunsOfIt_AreLinkedToIt()
    {
        await using var cluster = await StartAsync("traced item");
        using var request = SpanExport.Web.StartActivity("POST /", ActivityKind.Server)!;
        await cluster.Client.DispatchBatchAsync([new BatchItem("traced item"), new BatchItem("traced item")],
            new Continuation("traced after") { Pass = PassedArgument.None }, Stop);
        await _spans.EndedAsync("run traced after");
        var batch = Assert.Single(_spans.Of("dispatch batch"), s => s.TraceId == request.TraceId);
        Assert.All([.. await _spans.EndedAsync("run traced item", 2), await _spans.EndedAsync("run traced after")], run =>
        {
            Assert.NotEqual(batch.TraceId, run.TraceId);
            Assert.Equal(batch.SpanId, Assert.Single(run.Links).Context.SpanId);
        });
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task AwaitedRun_IsAChildOfItsCaller_AlsoWithinAHandler()
    {
        await using var cluster = await StartAsync("traced inner",
            more: tasks => tasks.Define("traced outer", (ITaskClient client) => client.RunAsync("traced inner")));
        using var request = SpanExport.Web.StartActivity("GET /", ActivityKind.Server)!;
        await cluster.Client.RunAsync("traced outer", ct: Stop);
        Assert.Equal(request.SpanId, (await _spans.EndedAsync("run traced outer")).ParentSpanId);
        Assert.Equal((await _spans.EndedAsync("attempt traced outer")).SpanId, (await _spans.EndedAsync("run traced inner")).ParentSpanId);
        Assert.Equal(request.TraceId, (await _spans.EndedAsync("attempt traced inner")).TraceId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Trigger_IsTracedAsADispatch_AndABackfillIsLinked()
    {
        await using var cluster = await StartAsync("traced again", more: tasks => tasks.Hours(1, "traced triggered", () => 1));
        await cluster.Client.GetTask("traced triggered").TriggerAsync(Stop);
        var dispatch = await _spans.EndedAsync("dispatch traced triggered");
        Assert.Equal(dispatch.SpanId, (await _spans.EndedAsync("run traced triggered")).ParentSpanId);
        Assert.Equal("trigger", dispatch.GetTagItem("messaging.operation.name"));

        cluster.Clock.Advance(TimeSpan.FromHours(2));
        await _spans.EndedAsync("run traced triggered", 2);
        await cluster.Client.GetTask("traced triggered").BackfillAsync(TestCluster.Start, TestCluster.Start.AddHours(2), Stop);
        var backfill = (await _spans.EndedAsync("dispatch traced triggered", 2)).Single(s => s != dispatch);
        await _spans.EndedAsync("run traced triggered", 4);
        Assert.All(_spans.Of("run traced triggered").Where(static s => (string?)s.GetTagItem("orleanstasks.trigger") == "backfill"),
            s => Assert.Equal(backfill.SpanId, Assert.Single(s.Links).Context.SpanId));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Dispatch_ThatIsRefused_IsAnError()
    {
        await using var cluster = await StartAsync("traced refused");
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.DispatchAsync("traced nobody has this", ct: Stop));
        var span = await _spans.EndedAsync("dispatch traced nobody has this");
        Assert.Equal((ActivityStatusCode.Error, typeof(TaskNotFoundException).FullName), (span.Status, span.GetTagItem("error.type")));
    }

    private Task<TestCluster> StartAsync(string handler, SharedStorage? storage = null, Action<TasksBuilder>? more = null) =>
        TestCluster.StartAsync(
        1,
        (tasks, _) =>
        {
            tasks.Define(handler, () => _handlers.Enqueue(Activity.Current)).Define("traced other", () => 1)
                .Define("traced after", () => 1);
            more?.Invoke(tasks);
        },
        storage: storage);
}
