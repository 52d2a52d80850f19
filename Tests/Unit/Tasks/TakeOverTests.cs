using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests a task that moves: what its next activation asks other silos, and what the earlier one leaves to it.</summary>
public sealed class TakeOverTests
{
    /// <summary>The earlier activation knew the new silo, and had given it a run.</summary>
    [Fact]
    public void Briefing_SiloNotYetKnownHere_AsksItToo()
    {
        var rig = new TaskRig { Briefs = static b => b with { MayHaveOrphans = true }, NotHeardOf = [TaskRig.There] };
        rig.Do(c => c.WakeAsync());
        Assert.Equal(2, rig.Runner.CallsOf("HoldingAsync").Count());
        Assert.All(rig.Runner.CallsOf("HoldingAsync"), static a => Assert.Equal(TaskRig.Version, a[1]));
    }

    [Fact]
    public void Briefing_SiloListUnreadable_AsksKnownSilosAfterAWhile()
    {
        var rig = new TaskRig
        {
            Briefs = static b => b with { MayHaveOrphans = true },
            NotHeardOf = [TaskRig.There],
            HasListOfSilos = false
        };
        var woken = rig.Do(c => c.WakeAsync());
        Assert.Empty(rig.Runner.CallsOf("HoldingAsync"));

        rig.Pass(TimeSpan.FromSeconds(2));
        Assert.Single(rig.Runner.CallsOf("HoldingAsync"));
        Assert.True(woken.IsCompletedSuccessfully);
    }

    /// <summary>
    /// An awaited run is not stored in advance. It is stored when its silo stops and its task leaves before another silo has taken it.
    /// </summary>
    [Fact]
    public async Task Leave_InterruptedAwaitedRun_IsDueNow()
    {
        var rig = new TaskRig(new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce });
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()).Ignore();
        var run = Assert.Single(rig.Started);
        rig.HasPlace = false;
        ((IRunObserver)rig.Core.Local).OnEnd(run,
            new RunOutcome { Status = RunStatus.Cancelled, CutOff = true, StartedAt = run.StartedAt, FinishedAt = rig.Now });
        rig.Turns.Run();

        await rig.LeaveAsync();
        var departure = (Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!;
        Assert.Equal((run.Order.RunId, rig.Now), (departure.Runs.Single().RunId, departure.Runs.Single().DueAt));
    }

    /// <summary>An activation that was replaced without its knowledge would repeat the run, with a second result.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AwaitedRun_AttemptLostOrInterrupted_RestartsOnlyWithThePartitionsConsent(bool isCutOff)
    {
        var rig = new TaskRig(
            new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce, Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.Zero } });
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()).Ignore();
        var run = Assert.Single(rig.Started);
        var answer = new TaskCompletionSource();
        rig.Partition.On("ReserveAsync", _ => answer.Task);
        ((IRunObserver)rig.Core.Local).OnEnd(run,
            new RunOutcome
            {
                Status = isCutOff ? RunStatus.Cancelled : RunStatus.Failed,
                CutOff = isCutOff,
                StartedAt = run.StartedAt,
                FinishedAt = rig.Now
            });
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Single(rig.Started);
        Assert.Single(rig.Partition.CallsOf("ReserveAsync"), static c => c[2] is 0L);

        answer.SetResult();
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(2, rig.Started.Count);
        Assert.Empty(rig.Partition.CallsOf("ParkRunAsync"));
    }

    /// <summary>The run has started once, so its caller cannot be told that it was refused.</summary>
    [Fact]
    public void AwaitedRun_StartedOnce_WaitsForAPlace()
    {
        var rig = new TaskRig(
            new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce, Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.Zero } });
        var asked = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        rig.HasPlace = false;
        ((IRunObserver)rig.Core.Local).OnEnd(Assert.Single(rig.Started),
            new RunOutcome { Status = RunStatus.Failed, FinishedAt = rig.Now });
        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.False(asked.IsCompleted);
        rig.HasPlace = true;
        rig.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(2, rig.Started.Count);
    }

    /// <summary>The caller got no answer and asked again. Its first message arrives late.</summary>
    [Theory]
    [InlineData(RunGuarantee.AtMostOnce, 0, RunStatus.Lost)]
    [InlineData(RunGuarantee.AtLeastOnce, 1, RunStatus.Succeeded)]
    public async Task Begin_RequestOvertakenByItsRepetition_HasTheSameResult(RunGuarantee guarantee, int started, RunStatus status)
    {
        var rig = new TaskRig(new TaskOptions { Guarantee = guarantee });
        var request = TaskRig.Request();
        var first = rig.Do(c => c.Requests.BeginAsync(request with { Repeated = true }).AsTask());
        rig.Started.ToList().ForEach(r => rig.End(r));
        var result = (await first)!;
        Assert.Equal(status, result.Status);

        var late = await rig.Do(c => c.Requests.BeginAsync(request).AsTask());
        Assert.Equal(result.Sequence, late!.Sequence);
        Assert.Equal(started, rig.Started.Count);
    }

    /// <summary>
    /// The run was executed, but its result is not in the history: it was not written before its silo was lost, or it has been dropped.
    /// The caller repeated the request and got an answer. Its first message arrives at the next activation.
    /// </summary>
    [Theory]
    [InlineData(RunGuarantee.AtMostOnce, 2, true, false)]
    [InlineData(RunGuarantee.AtLeastOnce, 2, true, false)]
    [InlineData(RunGuarantee.AtMostOnce, 1, true, true)]
    [InlineData(RunGuarantee.AtMostOnce, 2, false, true)]
    public async Task Begin_RequestPossiblyOlderThanTheActivation_IsRepeated(RunGuarantee guarantee, long term, bool canBeTold,
        bool isBegun)
    {
        var rig = new TaskRig(new TaskOptions { Guarantee = guarantee }) { Briefs = b => b with { Term = term } };
        var request = TaskRig.Request() with { Met = canBeTold ? Guid.NewGuid() : null };
        var late = rig.Do(c => c.Requests.BeginAsync(request).AsTask());
        Assert.Equal(isBegun, rig.Started.Count == 1);
        if (isBegun)
        {
            return;
        }

        // A request with the activation's name was sent after the activation started.
        var asked = await Assert.ThrowsAsync<UnmetActivationException>(() => late);
        rig.Do(c => c.Requests.BeginAsync(request with { Met = asked.Activation }).AsTask()).Ignore();
        Assert.Single(rig.Started);
    }

    /// <summary>No message is delayed for this long, and the activation remembers the requests that were repeated since.</summary>
    [Fact]
    public void Begin_RequestLongAfterAMove_Starts()
    {
        var rig = new TaskRig { Briefs = static b => b with { Term = 2 } };
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request() with { Met = Guid.Empty }).AsTask()).Ignore();
        Assert.Empty(rig.Started);

        rig.Pass(RememberedIds.Kept + TimeSpan.FromSeconds(1));
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request() with { Met = Guid.Empty }).AsTask()).Ignore();
        Assert.Single(rig.Started);
    }

    /// <summary>
    /// The request was sent before the task was cancelled, and arrives after it was registered again.
    /// It may come through a silo that was declared dead and whose activation executed the run.
    /// </summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Begin_RequestOlderThanTheRegistration_IsRepeated(long term, bool isRepeated)
    {
        var rig = new TaskRig(new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce }) { Briefs = b => b with { Term = term } };
        var request = TaskRig.Request() with { Met = Guid.Empty, Repeated = isRepeated };
        await rig.Do(static c => c.WakeAsync());
        if (term > 1)
        {
            // The activation started recently, and the caller knows its name.
            var met = await Assert.ThrowsAsync<UnmetActivationException>(
                () => rig.Do(c => c.Requests.BeginAsync(TaskRig.Request() with { Met = Guid.Empty }).AsTask()));
            request = request with { Met = met.Activation };
        }

        Assert.True(await rig.Do(static c => c.Controls.CancelAsync(Guid.Empty, Guid.Empty)));
        rig.Entry = rig.Entry with { State = TaskState.Active, Generation = 2, Revision = rig.Entry.Revision + 1 };
        var late = rig.Do(c => c.Requests.BeginAsync(request).AsTask());
        Assert.Empty(rig.Started);
        var asked = await Assert.ThrowsAsync<UnmetActivationException>(() => late);

        rig.Do(c => c.Requests.BeginAsync(request with { Met = asked.Activation }).AsTask()).Ignore();
        Assert.Single(rig.Started);
    }

    /// <summary>
    /// The run has one result, which every listener has received. Its caller learns that it is no longer available, and nobody gets a
    /// second one.
    /// </summary>
    [Theory]
    [InlineData(RunGuarantee.AtMostOnce, 2)]
    [InlineData(RunGuarantee.AtLeastOnce, 3)]
    public async Task Begin_RepetitionWithoutAResultInTheHistory_FollowsItsGuarantee(RunGuarantee guarantee, int started)
    {
        var rig = new TaskRig(new TaskOptions { Guarantee = guarantee, HistoryLength = 1 });
        var request = TaskRig.Request();
        foreach (var each in new[] { request, TaskRig.Request() })
        {
            rig.Do(c => c.Requests.BeginAsync(each).AsTask()).Ignore();
            rig.End(rig.Started[^1]);
        }

        var (before, again) = (Results(rig)[0].Sequence, rig.Do(c => c.Requests.BeginAsync(request with { Repeated = true }).AsTask()));

        Assert.Equal(started, rig.Started.Count);
        if (guarantee == RunGuarantee.AtMostOnce)
        {
            var result = (await again)!;
            Assert.Equal((RunStatus.Lost, request.Id), (result.Status, result.RunId.Value));
            Assert.Contains("is no longer in the history", result.Error, StringComparison.Ordinal);
            Assert.Equal(before, Assert.Single(Results(rig)).Sequence);
        }
    }

    /// <summary>
    /// The attempt numbers of an occurrence are not stored. A late report may belong to an earlier activation's attempt with the same
    /// number, or with a higher one if that activation was replaced and still ran.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Report_AttemptOfAnotherOrder_DoesNotEndTheCurrentOne(int attempt)
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()).Ignore();
        var order = (RunOrder)Assert.Single(rig.Runner.CallsOf("StartAsync"))[0]!;
        var outcome = new RunOutcome { Status = RunStatus.Succeeded, StartedAt = rig.Now, FinishedAt = rig.Now };
        rig.Do(c => c.Remote.TakeReportAsync(order with { Offer = Guid.NewGuid(), Attempt = attempt }, outcome));
        Assert.Empty(Results(rig));

        rig.Do(c => c.Remote.TakeReportAsync(order, outcome));
        Assert.Single(Results(rig));
    }

    /// <summary>
    /// As above, but both attempts are on the silos of their own activations, so neither order was sent. The replaced activation still
    /// runs.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Report_AttemptOnAnotherSilo_DoesNotEndTheLocalOne(int attempt)
    {
        var rig = new TaskRig();
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()).Ignore();
        var here = Assert.Single(rig.Started);
        rig.Do(c =>
            c.Remote.TakeReportAsync(here.Order with { Attempt = attempt },
                new RunOutcome
                {
                    Status = RunStatus.Succeeded,
                    StartedAt = rig.Now,
                    FinishedAt = rig.Now,
                    Silo = TaskRig.There.ToString()
                }));
        Assert.Empty(Results(rig));

        rig.End(here);
        Assert.Single(Results(rig));
    }

    /// <summary>
    /// A silo does not know that its report was accepted. The activation that accepted it also made the next attempt, and then left.
    /// </summary>
    [Fact]
    public async Task Report_AttemptBeforeTheStoredResult_IsIgnored()
    {
        var before = new TaskRig(new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2 } });
        before.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()).Ignore();
        var first = Assert.Single(before.Started).Order;
        before.End(before.Started[0], RunStatus.Failed);
        before.Pass(TimeSpan.FromSeconds(2));
        before.End(before.Started[1]);
        before.Pass(TimeSpan.FromSeconds(2));

        var rig = new TaskRig(before.Entry.Options, storage: before.Storage)
        {
            Briefs = static b => b with { MayHaveOrphans = b.Number == 1, Sequence = 8 }
        };
        rig.Runner.On("HoldingAsync", _ => Task.FromResult<IReadOnlyList<HeldRun>>([new HeldRun(first, rig.Now, false)]));
        await rig.Do(c => c.WakeAsync());
        await rig.Do(
            c => c.Remote.TakeReportAsync(first, new RunOutcome { Status = RunStatus.Failed, StartedAt = rig.Now, FinishedAt = rig.Now }));
        rig.Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(rig.Started);
        Assert.Equal(RunStatus.Succeeded, Assert.Single(Results(rig)).Status);
    }

    private static IReadOnlyList<TaskResult> Results(TaskRig rig) =>
        rig.Do(c => c.Queries.HistoryAsync(0, 10)).GetAwaiter().GetResult().Results;
}
