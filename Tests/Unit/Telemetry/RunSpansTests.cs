using System.Diagnostics;
using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Tests.Unit.Telemetry;

/// <summary>Tests the span of a run, from its first attempt to its result.</summary>
[Collection(SeenSpans.Collection)]
public sealed class RunSpansTests
{
    private const string Dispatch = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
    private static readonly RetryPolicy ThreeAttempts = new() { MaxAttempts = 3, Delay = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task Run_OfThreeAttempts_HasOneParentSpan()
    {
        using var spans = new SeenSpans();
        var rig = new TaskRig(new TaskOptions { Retry = ThreeAttempts });
        var run = await DispatchAsync(rig);
        rig.End(rig.Started[0], RunStatus.Failed, "first");
        rig.Pass(TimeSpan.FromSeconds(5));
        rig.End(rig.Started[1], RunStatus.Failed, "second");
        rig.Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(Ended(spans, run));
        rig.End(rig.Started[2]);
        rig.Pass(TimeSpan.FromSeconds(1));

        var span = Assert.Single(Ended(spans, run));
        Assert.Equal((Dispatch, ActivityKind.Consumer, "run t"), (span.ParentId, span.Kind, span.OperationName));
        Assert.Equal(("succeeded", 3, "dispatch"),
            (span.GetTagItem("orleanstasks.status"), span.GetTagItem("orleanstasks.attempt"), span.GetTagItem("orleanstasks.trigger")));
        Assert.All(rig.Started, s => Assert.Equal(span.Id, s.Order.Span));
        Assert.All(rig.Started, static s => Assert.Equal(Dispatch, s.Order.Trace?.Parent));
    }

    [Fact]
    public async Task Run_ThatFails_IsMarkedAsFailed()
    {
        using var spans = new SeenSpans();
        var rig = new TaskRig();
        var run = await DispatchAsync(rig);
        rig.End(rig.Started[0], RunStatus.Failed, "what it says");
        rig.Pass(TimeSpan.FromSeconds(1));
        var span = Assert.Single(Ended(spans, run));
        Assert.Equal((ActivityStatusCode.Error, "what it says", "failed"),
            (span.Status, span.StatusDescription, span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Run_RejectedByAllSilos_IsMarkedAsFailedWithoutMoving()
    {
        using var spans = new SeenSpans();
        var rig = new TaskRig { HasPlace = false };
        var request = TaskRig.Request();
        await Assert.ThrowsAsync<TasksOverloadedException>(() => rig.Do(c => c.Requests.BeginAsync(request).AsTask()));

        var span = Assert.Single(spans.Ended, s => (string?)s.GetTagItem("orleanstasks.run_id") == new RunId("t", request.Id).ToString());
        Assert.Equal((ActivityStatusCode.Error, "OrleansTasks.TasksOverloadedException", null),
            (span.Status, span.GetTagItem("error.type"), span.GetTagItem("orleanstasks.moved")));
    }

    [Fact]
    public async Task Run_TaskMoves_EndsItsSpan()
    {
        using var spans = new SeenSpans();
        var rig = new TaskRig();
        var run = await DispatchAsync(rig);
        await rig.LeaveAsync();
        Assert.Equal(true, Assert.Single(Ended(spans, run)).GetTagItem("orleanstasks.moved"));
    }

    [Fact]
    public void Run_OfAnEarlierActivation_KeepsTheSameParentSpan()
    {
        var order = new RunOrder
        {
            RunId = new RunId("t", Guid.NewGuid()),
            Handler = "h",
            Arguments = TaskArguments.None,
            Attempt = 1,
            Span = Dispatch
        };
        var run = RunForms.ToActive(new HeldRun(order, null, false), TaskRig.There);
        using var spans = new SeenSpans();
        Watching.RunSpans.Begin(run, "h");
        Assert.Null(run.Span);
        Assert.Equal(Dispatch, RunForms.ToOrder(run, null, 2, term: 1).Span);
    }

    [Fact]
    public async Task Run_WithoutListeners_KeepsItsOrigin()
    {
        Assert.False(TaskSpans.IsOn);
        var rig = new TaskRig();
        await DispatchAsync(rig);
        Assert.Equal((Dispatch, null), (rig.Started[0].Order.Trace?.Parent, rig.Started[0].Order.Span));
        Assert.Equal(Dispatch, ((StoredRun)rig.Partition.CallsOf(nameof(IPartition.AddRunAsync)).Single()[1]!).Trace?.Parent);
    }

    [Fact]
    public void BeginAndEnd_OnATurn_KeepTheTurnsOwnSpan()
    {
        using var spans = new SeenSpans();
        using var turns = new Activity("turn").Start();
        var run = new ActiveRun { Facts = new RunFacts { Id = new RunId("t", Guid.NewGuid()) } };
        Watching.RunSpans.Begin(run, "h");
        Assert.Same(turns, Activity.Current);
        Watching.RunSpans.End(run, new TaskResult { RunId = run.RunId, Status = RunStatus.Succeeded });
        Assert.Same(turns, Activity.Current);
        Assert.Null(Assert.Single(Ended(spans, run.RunId)).ParentId);
    }

    private static async Task<RunId> DispatchAsync(TaskRig rig)
    {
        using (TraceCarrier.Send(TraceContext.Of(Dispatch, null, null, isLink: false)))
        {
            var run = await rig.Do(static c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
            rig.Turns.Run();
            return run;
        }
    }

    private static List<Activity> Ended(SeenSpans spans, RunId run) =>
        [.. spans.Ended.Where(s => (string?)s.GetTagItem("orleanstasks.run_id") == run.ToString())];
}
