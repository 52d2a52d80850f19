using OrleansTasks.Calls;
using OrleansTasks.Groups;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Groups;

/// <summary>Tests a group with lost silos, late calls and a wrong clock.</summary>
public sealed class RunGroupCoreTests
{
    private static readonly RunGroup One = new() { MaxConcurrentRuns = 1 };
    private static readonly RunGroup OnePerMinute = new() { RateLimit = new RateLimit { Runs = 1, Period = TimeSpan.FromMinutes(1) } };

    [Fact]
    public async Task Acquire_NoFreePlace_Waits()
    {
        var rig = new GroupRig().With(One);
        Assert.True(await rig.Ask(1));
        var second = rig.Ask(2);
        Assert.False(second.IsCompleted);

        rig.Release(1);

        Assert.True(await second);
        Assert.Equal((1, 0), (rig.Core.Describe().Running, rig.Core.Describe().Waiting));
    }

    [Fact]
    public async Task Acquire_NoPlaceForAWhile_ReturnsFalseAndKeepsTheTurn()
    {
        var rig = new GroupRig().With(One);
        await rig.Ask(1);
        var second = rig.Ask(2);
        rig.Pass(GroupCallers.Patience);
        Assert.False(await second);

        var third = rig.Ask(3);
        second = rig.Ask(2);
        rig.Release(1);

        Assert.True(await second);
        Assert.False(third.IsCompleted);
    }

    [Fact]
    public async Task Acquire_RepeatedAfterALostResponse_KeepsItsPlace()
    {
        var rig = new GroupRig().With(One);
        Assert.True(await rig.Ask(1));
        Assert.True(await rig.Ask(1));
        var (lost, again) = (rig.Ask(2), rig.Ask(2));
        Assert.False(await lost);

        rig.Release(1);

        Assert.True(await again);
        Assert.Equal(1, rig.Core.Describe().Running);
    }

    [Fact]
    public async Task Put_TooManyGroups_StoresNothingExceptFromCode()
    {
        var rig = new GroupRig();
        await rig.Turns.Do(() => rig.Core.OpenAsync());
        rig.Marks.On(nameof(IGroupMarks.AdmitAsync),
            static _ => Task.FromException(new TasksOverloadedException(null, "full", TimeSpan.FromMinutes(1))));

        await Assert.ThrowsAsync<TasksOverloadedException>(() => rig.Put(One));

        Assert.Empty(rig.Storage.Rows);
        Assert.Equal((false, null), (rig.IsKnown, rig.Core.Describe().Limits.MaxConcurrentRuns));
        await rig.Turns.Do(() => rig.Core.DefineAsync(One, again: false));
        Assert.Equal(2, (await rig.Put(new RunGroup { MaxConcurrentRuns = 2 })).Limits.MaxConcurrentRuns);
    }

    /// <summary>The release that an activation sent when it left may arrive late.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(0, false)]
    public async Task Release_ByAReplacedActivation_KeepsTheSuccessorsPlace(long term, bool isKept)
    {
        var rig = new GroupRig().With(One);
        var replaced = rig.Ask(1, term: 1);
        Assert.True(await replaced);
        Assert.True(await rig.Ask(1, term: 2));

        rig.Release(1, unused: true, term: term);

        Assert.Equal(isKept ? 1 : 0, rig.Core.Describe().Running);
    }

    [Fact]
    public async Task Release_ByAReplacedActivation_KeepsTheSuccessorsTurn()
    {
        var rig = new GroupRig().With(One);
        Assert.True(await rig.Ask(1));
        var replaced = rig.Ask(2, term: 1);
        var waiting = rig.Ask(2, term: 2);
        Assert.False(await replaced);

        rig.Release(2, unused: true, term: 1);
        Assert.IsType<StaleTaskException>(rig.Ask(2, term: 1).Exception?.InnerException);
        Assert.False(waiting.IsCompleted);
        rig.Release(1);

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Release_WaitingRun_EndsItsWait()
    {
        var rig = new GroupRig().With(One);
        await rig.Ask(1);
        var second = rig.Ask(2);
        rig.Release(2, unused: true);

        Assert.False(await second);
        Assert.Equal(0, rig.Core.Describe().Waiting);
    }

    [Fact]
    public async Task Acquire_BeforeAllSilosHaveAnswered_Waits()
    {
        var rig = new GroupRig();
        var answer = new TaskCompletionSource<IReadOnlyList<PlacedRun>>();
        rig.Silo.On(nameof(IRunnerService.PlacedInGroupAsync), _ => answer.Task);
        rig.With(One);
        var (first, second) = (rig.Ask(1), rig.Ask(2));
        Assert.False(first.IsCompleted);
        Assert.Equal(TaskRig.Version, Assert.Single(rig.Silo.CallsOf(nameof(IRunnerService.PlacedInGroupAsync)))[1]);

        answer.SetResult([new PlacedRun(GroupRig.Run(2), new PlaceMark(1, 1))]);
        rig.Turns.Run();

        // This run has a place from before the group moved.
        Assert.True(await second);
        Assert.False(first.IsCompleted);
        rig.Release(2);
        Assert.True(await first);
    }

    /// <summary>A run ends while an older answer of its silo still names it. The run must not get a place that nobody returns.</summary>
    [Fact]
    public async Task Release_WhileSilosAreAsked_TakesEffect()
    {
        var rig = new GroupRig();
        var answer = new TaskCompletionSource<IReadOnlyList<PlacedRun>>();
        rig.Silo.On(nameof(IRunnerService.PlacedInGroupAsync), _ => answer.Task);
        rig.With(One);
        var second = rig.Ask(2);
        rig.Release(1);
        answer.SetResult([new PlacedRun(GroupRig.Run(1), new PlaceMark(1, 1))]);
        rig.Turns.Run();

        Assert.True(await second);
    }

    /// <summary>
    /// A replaced activation still runs, and releases the place of a run that executes for its successor. It does so before the silos
    /// answer, or afterwards.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Release_ByAReplacedActivation_KeepsThePlaceReportedBySilos(bool isLate)
    {
        var rig = new GroupRig();
        var answer = new TaskCompletionSource<IReadOnlyList<PlacedRun>>();
        rig.Silo.On(nameof(IRunnerService.PlacedInGroupAsync), _ => answer.Task);
        rig.With(One);
        var second = rig.Ask(2);
        if (!isLate)
        {
            rig.Release(1, term: 1);
        }

        answer.SetResult([new PlacedRun(GroupRig.Run(1), new PlaceMark(2, 1))]);
        rig.Turns.Run();
        if (isLate)
        {
            await Assert.ThrowsAsync<StaleTaskException>(() => rig.Ask(1, term: 1));
            rig.Release(1, term: 1);
        }

        Assert.False(second.IsCompleted);
        rig.Release(1, term: 2);
        Assert.True(await second);
    }

    /// <summary>
    /// A run returned its place after one attempt. The release arrives late, when the run has a place for the next attempt.
    /// </summary>
    [Fact]
    public async Task Release_OfAnEarlierRequest_KeepsThePlaceGrantedSince()
    {
        var rig = new GroupRig().With(One);
        await rig.Ask(1);
        rig.Release(1);
        await rig.Ask(1, ask: 2);
        var second = rig.Ask(2);
        rig.Release(1);
        Assert.False(second.IsCompleted);

        rig.Release(1, ask: 2);
        Assert.True(await second);
    }

    /// <summary>
    /// A run asks for a place while the group finds out who has places, and is then cancelled. It must not get a place that nobody returns.
    /// </summary>
    [Fact]
    public async Task Release_RunWaitingForSilos_LeavesItWithoutAPlace()
    {
        var rig = new GroupRig();
        var answer = new TaskCompletionSource<IReadOnlyList<PlacedRun>>();
        rig.Silo.On(nameof(IRunnerService.PlacedInGroupAsync), _ => answer.Task);
        rig.With(One);
        var first = rig.Ask(1);
        rig.Release(1, unused: true);
        answer.SetResult([]);
        rig.Turns.Run();

        Assert.False(await first);
        Assert.True(await rig.Ask(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Learning_SiloDoesNotAnswer_ContinuesUntilItAnswersOrIsLost(bool isLost)
    {
        var rig = new GroupRig();
        rig.Silo.On(nameof(IRunnerService.PlacedInGroupAsync), _ => Task.FromException<IReadOnlyList<PlacedRun>>(new TimeoutException()));
        rig.With(One);
        var first = rig.Ask(1);
        rig.Pass(TimeSpan.FromSeconds(5));
        Assert.False(first.IsCompleted);

        rig.IsLost = isLost;
        rig.Silo.On(nameof(IRunnerService.PlacedInGroupAsync),
            _ => Task.FromResult<IReadOnlyList<PlacedRun>>([new PlacedRun(GroupRig.Run(9), new PlaceMark(0, 0))]));
        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(isLost, first.IsCompleted);
        rig.Release(9);
        Assert.True(await first);
    }

    [Fact]
    public async Task Look_SiloLost_FreesItsPlaces()
    {
        var rig = new GroupRig().With(One);
        await rig.Ask(1);
        rig.Tasks.On(nameof(IGroupTasks.UnderWayAsync), static _ => Task.FromResult<IReadOnlyList<Guid>>([]));
        rig.Pass(GroupHolders.LookPeriod - TimeSpan.FromSeconds(1));
        var second = rig.Ask(2);
        Assert.False(second.IsCompleted);

        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.True(await second);
    }

    /// <summary>The task's answer is older than the place: meanwhile the run has returned its place and got another one.</summary>
    [Fact]
    public async Task Look_ResponseOlderThanThePlace_KeepsThePlace()
    {
        var rig = new GroupRig().With(One);
        await rig.Ask(1);
        var answer = new TaskCompletionSource<IReadOnlyList<Guid>>();
        rig.Tasks.On(nameof(IGroupTasks.UnderWayAsync), _ => answer.Task);
        rig.Pass(GroupHolders.LookPeriod);
        rig.Release(1);
        Assert.True(await rig.Ask(1));
        var second = rig.Ask(2);

        answer.SetResult([]);
        rig.Turns.Run();

        Assert.False(second.IsCompleted);
        Assert.Equal(1, rig.Core.Describe().Running);
    }

    [Fact]
    public async Task Look_TaskDoesNotAnswer_DelaysNoOther()
    {
        var rig = new GroupRig().With(new RunGroup { MaxConcurrentRuns = 2 });
        await rig.Ask(1, task: "silent");
        await rig.Ask(1, task: "lost");
        rig.Tasks.On(nameof(IGroupTasks.UnderWayAsync),
            static a =>
                (string)a[0]! == "silent"
                    ? new TaskCompletionSource<IReadOnlyList<Guid>>().Task
                    : Task.FromResult<IReadOnlyList<Guid>>([]));
        rig.Pass(GroupHolders.LookPeriod - TimeSpan.FromSeconds(1));
        var next = rig.Ask(2);

        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.True(await next);
        Assert.Equal(2, rig.Core.Describe().Running);
    }

    [Fact]
    public async Task Look_TaskDidNotAnswer_IsRepeated()
    {
        var rig = new GroupRig().With(One);
        await rig.Ask(1);
        rig.Tasks.On(nameof(IGroupTasks.UnderWayAsync), static _ => Task.FromException<IReadOnlyList<Guid>>(new TimeoutException()));
        rig.Pass(GroupHolders.LookPeriod);
        rig.Tasks.On(nameof(IGroupTasks.UnderWayAsync), static _ => Task.FromResult<IReadOnlyList<Guid>>([]));
        rig.Pass(GroupHolders.LookPeriod);

        Assert.Equal(0, rig.Core.Describe().Running);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(0)]
    [InlineData(3600)]
    public async Task Rate_ClockMovedForwardOrBack_StartsTheNextRunAfterThePeriod(int step)
    {
        var rig = new GroupRig().With(OnePerMinute);
        Assert.True(await rig.Ask(1));
        rig.Pass(TimeSpan.FromSeconds(54));
        var second = rig.Ask(2);
        rig.Step(TimeSpan.FromSeconds(step));

        rig.Pass(TimeSpan.FromSeconds(5));
        Assert.False(second.IsCompleted);
        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.True(await second);
    }

    [Fact]
    public async Task Put_WiderLimits_StartsWaitingRuns()
    {
        var rig = new GroupRig().With(One);
        await rig.Ask(1);
        var second = rig.Ask(2);

        Assert.Equal(3, (await rig.Put(new RunGroup { MaxConcurrentRuns = 3 })).Limits.MaxConcurrentRuns);

        Assert.True(await second);
        await Assert.ThrowsAsync<InvalidTaskException>(() => rig.Put(new RunGroup { MaxConcurrentRuns = 0 }));
        await Assert.ThrowsAsync<InvalidTaskException>(() => rig.Put(null!));
    }

    /// <summary>
    /// A write whose answer was lost may have been stored. The repeated request finds that out, and waiting runs get the room at once.
    /// </summary>
    [Fact]
    public async Task Put_ResponseLost_SucceedsWhenRepeated()
    {
        var rig = new GroupRig().With(One);
        await rig.Ask(1);
        var second = rig.Ask(2);
        var request = Guid.NewGuid();
        rig.Storage.Next = FaultyStorage.Fault.AnswerLost;
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Put(new RunGroup { MaxConcurrentRuns = 2 }, request));

        Assert.Equal(2, (await rig.Put(new RunGroup { MaxConcurrentRuns = 2 }, request)).Limits.MaxConcurrentRuns);

        Assert.True(second.IsCompleted);
        Assert.True(await second);
    }

    [Fact]
    public async Task Put_StorageFailed_SucceedsWhenRepeated()
    {
        var rig = new GroupRig().With(One);
        rig.Storage.Next = FaultyStorage.Fault.Refused;
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Put(new RunGroup { MaxConcurrentRuns = 2 }));
        Assert.Equal(1, rig.Core.Describe().Limits.MaxConcurrentRuns);

        await rig.Put(new RunGroup { MaxConcurrentRuns = 2 });

        var again = new GroupRig(rig.Storage);
        Assert.True(again.Turns.Do(() => again.Core.OpenAsync()).IsCompletedSuccessfully);
        Assert.Equal(2, again.Core.Describe().Limits.MaxConcurrentRuns);
    }

    [Fact]
    public void Put_SeveralConcurrently_AppliesThemInSequence()
    {
        var rig = new GroupRig().With(One);
        var gate = new TaskCompletionSource();
        rig.Storage.Before = () => gate.Task;
        var puts = Enumerable.Range(2, 3).Select(n => rig.Put(new RunGroup { MaxConcurrentRuns = n })).ToList();
        var defined = rig.Turns.Do(() => rig.Core.DefineAsync(new RunGroup { MaxConcurrentRuns = 9 }, again: false));
        gate.SetResult();
        rig.Turns.Run();

        Assert.All([.. puts, defined], t => Assert.True(t.IsCompletedSuccessfully));
        Assert.Equal(9, rig.Core.Describe().Limits.MaxConcurrentRuns);
    }
}
