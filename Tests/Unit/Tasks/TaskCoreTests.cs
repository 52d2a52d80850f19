using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how a run passes through the parts of its task, from the request to the result, without a cluster.</summary>
public sealed class TaskCoreTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Begin_OfARun_UsesAReservedNumber()
    {
        var rig = new TaskRig();
        var asked = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        Assert.False(asked.IsCompleted);

        rig.End(Assert.Single(rig.Started));
        var result = await asked;
        Assert.Equal((RunStatus.Succeeded, 1L, 1), (result!.Status, result.Sequence, result.Attempt));
        Assert.Equal(["AttachAsync", "ReserveAsync"], rig.Partition.Called.Take(2));
    }

    [Fact]
    public async Task Dispatch_OfARun_IsMarkedBeforeItsStartAndStoredBeforeItsEndIsPublished()
    {
        var rig = new TaskRig();
        var stored = new TaskCompletionSource();
        var marked = new TaskCompletionSource<bool>();
        rig.Partition.On("MarkStartedAsync", _ => marked.Task).On("FinishAsync", _ => stored.Task);
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        var told = rig.Do(c => c.Requests.WaitAsync(run));
        Assert.Empty(rig.Started);

        marked.SetResult(true);
        rig.Turns.Run();
        rig.End(Assert.Single(rig.Started));
        Assert.Contains("FinishAsync", rig.Partition.Called);
        Assert.False(told.IsCompleted);

        stored.SetResult();
        rig.Turns.Run();
        Assert.Equal(RunStatus.Succeeded, (await told)!.Status);
    }

    [Fact]
    public async Task Dispatch_MarkRejected_StartsNothing()
    {
        var rig = new TaskRig();
        rig.Partition.On("MarkStartedAsync", static _ => Task.FromResult(false));
        await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        Assert.Empty(rig.Started);

        // The activation that has the run appears in the next briefing.
        Assert.Equal(2, rig.Partition.CallsOf("AttachAsync").Count());
    }

    [Fact]
    public async Task Attempt_Failed_IsParkedUntilTheNextOneIsDue()
    {
        var rig = new TaskRig(new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2, Delay = Second, Jitter = 0 } });
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        rig.End(Assert.Single(rig.Started), RunStatus.Failed, "first");
        var parked = (StoredRun)Assert.Single(rig.Partition.CallsOf("ParkRunAsync"))[1]!;
        Assert.Equal((1, 1, "first", rig.Now + Second), (parked.EndedAttempts, parked.Failures, parked.LastError, parked.DueAt));
        Assert.Single(rig.Started);

        rig.Pass(Second);
        Assert.Equal(2, rig.Started.Count);
        rig.End(rig.Started[1], RunStatus.Failed, "second");
        var result = (await rig.Do(c => c.Requests.WaitAsync(run)))!;
        Assert.Equal((RunStatus.Failed, 2), (result.Status, result.Attempt));
    }

    [Theory]
    [InlineData("AtMostOnce", 1)]
    [InlineData("AtLeastOnce", 2)]
    public async Task Silo_Lost_EndsOrRepeatsItsRun(string guarantee, int attempts)
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        var asked = rig.Do(
            c => c.Requests.BeginAsync(TaskRig.Request(new RunOptions { Guarantee = Enum.Parse<RunGuarantee>(guarantee) })).AsTask());
        Assert.Single(rig.Runner.CallsOf("StartAsync"));

        rig.HasPlace = true;
        rig.Lose(TaskRig.There);
        rig.Pass(Second);
        Assert.Equal(attempts - 1, rig.Started.Count);
        rig.Started.ForEach(r => rig.End(r));
        var result = (await asked)!;
        Assert.Equal((attempts == 1 ? RunStatus.Lost : RunStatus.Succeeded, attempts), (result.Status, result.Attempt));
    }

    [Fact]
    public async Task Report_AbandonedAttempt_ChangesNothing()
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        var asked = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request(new RunOptions { Guarantee = RunGuarantee.AtLeastOnce })).AsTask());
        var lost = (RunOrder)Assert.Single(rig.Runner.CallsOf("StartAsync"))[0]!;
        rig.HasPlace = true;
        rig.Lose(TaskRig.There);
        rig.Pass(Second);
        await rig.Do(c => c.Remote.TakeReportAsync(lost, new RunOutcome { Status = RunStatus.Failed, Error = "the lost one" }));
        Assert.False(asked.IsCompleted);

        rig.End(Assert.Single(rig.Started));
        Assert.Equal((RunStatus.Succeeded, 2), ((await asked)!.Status, (await asked)!.Attempt));
    }

    /// <summary>
    /// An acknowledged cancellation has reached the silo of the run. The task asks that silo until it answers or is lost.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancel_SiloDoesNotAnswer_IsAcknowledgedWhenItAnswersOrIsLost(bool isLost)
    {
        var (rig, cancelling) = CancelOnSilentSilo();
        rig.Pass(TimeSpan.FromSeconds(3));
        Assert.False(cancelling.IsCompleted);

        if (isLost)
        {
            rig.Lose(TaskRig.There);
        }

        rig.Runner.On("CancelAsync", static _ => Task.FromResult(true));
        rig.Pass(TimeSpan.FromSeconds(3));
        Assert.True(await cancelling);
    }

    /// <summary>Callers repeat requests without an answer. The task need not ask a paused silo for each of them.</summary>
    [Fact]
    public void Cancel_Repeated_SendsNoMoreRequestsToTheSilo()
    {
        var (rig, _) = CancelOnSilentSilo();
        var run = ((RunOrder)Assert.Single(rig.Runner.CallsOf("StartAsync"))[0]!).RunId;
        for (var n = 0; n < 5; n++)
        {
            rig.Do(c => c.Controls.CancelRunAsync(run, timedOut: false, Guid.Empty)).Ignore();
        }

        rig.Pass(TimeSpan.FromSeconds(2));
        rig.Pass(Second);
        Assert.Equal(2, rig.Runner.CallsOf("CancelAsync").Count());
    }

    /// <summary>A grain cannot deactivate while calls wait in it, and its task would not fire until then.</summary>
    [Fact]
    public async Task Cancel_SiloDoesNotAnswer_DoesNotKeepTheTaskInMemory()
    {
        var (rig, cancelling) = CancelOnSilentSilo();
        rig.LeaveAsync().Ignore();
        rig.Turns.Run();
        await Assert.ThrowsAsync<PartitionMovedException>(() => cancelling);
    }

    private static (TaskRig Rig, Task<bool> Cancelling) CancelOnSilentSilo()
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        rig.Runner.On("CancelAsync", static _ => new TaskCompletionSource<bool>().Task);
        var request = TaskRig.Request();
        rig.Do(c => c.Requests.BeginAsync(request).AsTask()).Ignore();
        return (rig, rig.Do(c => c.Controls.CancelRunAsync(new RunId("t", request.Id), timedOut: false, Guid.Empty)));
    }

    [Fact]
    public async Task Group_GrantingAPlaceTooLate_ReceivesItBack()
    {
        var rig = new TaskRig(new TaskOptions { Group = "g" });
        var place = new TaskCompletionSource<bool>();
        rig.Group.On("AcquireAsync", _ => place.Task);
        var request = TaskRig.Request();
        var asked = rig.Do(c => c.Requests.BeginAsync(request).AsTask());
        Assert.Empty(rig.Started);

        await rig.Do(c => c.Controls.CancelRunAsync(new RunId("t", request.Id), timedOut: false, Guid.Empty));
        place.SetResult(true);
        rig.Turns.Run();
        Assert.Equal(RunStatus.Cancelled, (await asked)!.Status);
        Assert.Empty(rig.Started);
        Assert.All(rig.Group.CallsOf("ReleaseAsync"), static c => Assert.True((bool)c[1]!));
        Assert.NotEmpty(rig.Group.CallsOf("ReleaseAsync"));
    }

    /// <summary>This end determines the continuation, even if the activation is lost before the result is in the history.</summary>
    [Fact]
    public async Task Report_RunOfAnEarlierActivation_IsStoredBeforeItsContinuations()
    {
        var rig = new TaskRig(new TaskOptions { Then = [new Continuation("next")] });
        var order = new RunOrder { RunId = new RunId("t", Guid.NewGuid()), Handler = "h", Arguments = TaskArguments.None, Attempt = 1 };

        await rig.Do(c => c.Remote.TakeReportAsync(order, new RunOutcome { Status = RunStatus.Succeeded, FinishedAt = rig.Now }));

        Assert.Equal(RunStatus.Succeeded, ((StoredRun)Assert.Single(rig.Partition.CallsOf("AddRunAsync"))[1]!).Result?.Status);
    }

    [Fact]
    public void Places_OfTheTask_AreReusedWhenARunEnds()
    {
        var rig = new TaskRig(new TaskOptions { MaxConcurrentRuns = 1 });
        var asked = Enumerable.Range(0, 3).Select(_ => rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask())).ToList();
        for (var n = 1; n <= 3; n++)
        {
            Assert.Equal(n, rig.Started.Count);
            rig.End(rig.Started[^1]);
        }

        Assert.All(asked, static a => Assert.True(a.IsCompleted));
    }

    [Fact]
    public async Task Silo_Full_RejectsCallersAndKeepsStoredRuns()
    {
        var rig = new TaskRig { HasPlace = false };
        await Assert.ThrowsAsync<TasksOverloadedException>(() => rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()));
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        Assert.Equal("a place on a silo", (await rig.Do(c => c.Queries.GetRunAsync(run)))!.WaitingFor);

        rig.HasPlace = true;
        rig.Pass(Second);
        Assert.Single(rig.Started);
    }
}
