using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests what happens to a task's occurrences, without a cluster.</summary>
public sealed class TaskOccurrenceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Occurrence_Due_IsClaimedAndStartsAtItsInstant()
    {
        var rig = Scheduled();
        rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(49.999));
        Assert.Empty(rig.Claims.Called);

        rig.Pass(TimeSpan.FromMilliseconds(1));
        var claim = (OccurrenceClaim)Assert.Single(rig.Claims.CallsOf("ClaimAsync"))[0]!;
        var order = Assert.Single(rig.Started).Order;
        Assert.Equal((TaskRig.Start.AddMinutes(1), TaskRig.Start.AddMinutes(1), RunTrigger.Schedule),
            (claim.Through, order.ScheduledAt, order.Trigger));
    }

    [Fact]
    public async Task Occurrence_ClaimedByAnotherActivation_IsNotStartedAndReportedAsLost()
    {
        var rig = Scheduled();
        rig.Claims.On("ClaimAsync", static _ => Task.FromResult<DateTimeOffset?>(TaskRig.Start.AddMinutes(1)));
        await rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(50));
        Assert.Empty(rig.Started);
        var result = Assert.Single((await rig.Do(c => c.Queries.HistoryAsync(0, 10))).Results);
        Assert.Equal((RunStatus.Lost, TaskRig.Start.AddMinutes(1)), (result.Status, result.ScheduledAt));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(11, 0)]
    public void Occurrence_ClaimDelayed_IsMissedAfterElapsedTimeOnly(int seconds, int started)
    {
        var rig = Scheduled();
        var claim = new TaskCompletionSource<DateTimeOffset?>();
        rig.Claims.On("ClaimAsync", _ => claim.Task);
        rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(50));
        rig.Step(TimeSpan.FromDays(1));
        rig.Pass(TimeSpan.FromSeconds(seconds));
        claim.SetResult(null);
        rig.Turns.Run();
        Assert.Equal(started, rig.Started.Count(r => r.Order.ScheduledAt == TaskRig.Start.AddMinutes(1)));
    }

    [Fact]
    public async Task Occurrence_TakenByAWrongClock_IsNotClaimedAfterTheCorrection()
    {
        var rig = Scheduled(new TaskOptions { CatchUp = new CatchUpPolicy { Limit = 2 }, Overlap = OverlapPolicy.Allow });
        var ahead = new List<TimeSpan>();
        rig.Claims.On("ClaimAsync", a =>
        {
            ahead.Add(((OccurrenceClaim)a[0]!).Through - rig.Clock.GetUtcNow());
            return Task.FromResult<DateTimeOffset?>(null);
        });
        rig.PartitionKeepsTime = true;
        var storing = new TaskCompletionSource<StoredRun>();
        rig.Partition.On("AddRunAsync", _ => storing.Task);
        await rig.Do(c => c.WakeAsync());

        // One occurrence is due, and waits until the missed ones before it are caught up.
        rig.Step(TimeSpan.FromSeconds(124), isNoticed: false);
        rig.Pass(TimeSpan.FromSeconds(50));
        var missed = (StoredRun)Assert.Single(rig.Partition.CallsOf("AddRunAsync"))[1]!;
        await rig.Do(c => c.WakeAsync());
        storing.SetResult(missed);
        rig.Turns.Run();
        for (var n = 0; n < 150; n++)
        {
            rig.Pass(Second);
        }

        Assert.NotEmpty(ahead);
        Assert.All(ahead, static a => Assert.True(a <= TimeSpan.Zero, $"{a}"));
    }

    [Fact]
    public async Task Occurrences_LongOverdue_AreMissedAndTheNewestIsStored()
    {
        var rig = Scheduled();
        await rig.Do(c => c.WakeAsync());

        // As after a pause of the process, the timer ticks once and late.
        rig.Clock.SetUtcNow(TaskRig.Start.AddMinutes(3).AddSeconds(30));
        rig.Turns.Run();
        var stored = (StoredRun)Assert.Single(rig.Partition.CallsOf("AddRunAsync"))[1]!;
        Assert.Equal(TaskRig.Start.AddMinutes(3), stored.Occurrence);
        Assert.Equal(TaskRig.Start.AddMinutes(3), Assert.Single(rig.Started).Order.ScheduledAt);
    }

    [Theory]
    [InlineData("Allow", 2, false)]
    [InlineData("Skip", 1, false)]
    [InlineData("QueueOne", 1, false)]
    [InlineData("CancelRunning", 1, true)]
    public void Occurrence_OverlappingAnEarlierOne_FollowsThePolicy(string overlap, int started, bool cancels)
    {
        var rig = Scheduled(new TaskOptions { Overlap = Enum.Parse<OverlapPolicy>(overlap) });
        rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(50));
        rig.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((started, cancels), (rig.Started.Count, rig.Started[0].Cancelled is not null));

        rig.End(rig.Started[0]);
        Assert.Equal(overlap == "Skip" ? 1 : 2, rig.Started.Count);
        Assert.DoesNotContain(rig.Started.Skip(1), r => r.Order.ScheduledAt != TaskRig.Start.AddMinutes(2));
    }

    /// <summary>
    /// A paused task does not take the occurrence, which therefore stays due. The timer must not tick for it again and again.
    /// </summary>
    [Fact]
    public void Tick_PausedTaskWithoutABriefing_IsNotRepeated()
    {
        var rig = Scheduled(new TaskOptions());
        rig.Do(c => c.WakeAsync());
        rig.Partition.On("AttachAsync", static _ => new TaskCompletionSource<Briefing>().Task);
        rig.Do(c => c.Controls.PauseAsync(null, null, null, PausedOccurrences.Skip, Guid.Empty)).Ignore();
        rig.Pass(TimeSpan.FromSeconds(50));
        Assert.Empty(rig.Started);
        Assert.InRange(rig.Ticks, 0, 50);
    }

    /// <summary>The occurrence may have ended the silo of the previous activation.</summary>
    [Theory]
    [InlineData(60, 1)]
    [InlineData(59, 0)]
    [InlineData(null, 0)]
    public async Task Occurrence_PossiblyStartedByAnEarlierActivation_CountsALoss(int? begun, int losses)
    {
        var rig = TakenOver(new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce },
            b => b with { MayHaveBegun = begun is { } s ? TaskRig.Start.AddSeconds(s) : null });
        await rig.Do(c => c.WakeAsync());
        rig.Pass(Second);
        var order = Assert.Single(rig.Started).Order;
        Assert.Equal((losses, losses + 1), (order.Losses, order.Attempt));
        Assert.Equal(losses, rig.Partition.CallsOf("ParkRunAsync").Count());
    }

    /// <summary>Losses count however late the silo starts after each one, and so whether or not an occurrence is caught up.</summary>
    [Theory]
    [InlineData(2, null, false)]
    [InlineData(3, null, true)]
    [InlineData(3, 4, false)]
    public async Task Briefing_AfterTooManyLosses_PausesTheTaskBeforeAnyStart(int losses, int? most, bool pauses)
    {
        var rig = TakenOver(new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce, MaxLosses = most }, b => b with { Losses = losses });
        await rig.Do(c => c.WakeAsync());
        rig.Pass(Second);
        Assert.Equal(pauses ? TaskState.Paused : TaskState.Active, rig.Entry.State);
        Assert.Equal(pauses ? 0 : 1, rig.Started.Count);
    }

    /// <summary>If all occurrences of a schedule end their silos, each would end as many.</summary>
    [Fact]
    public async Task Occurrence_LostPermanently_PausesItsTask()
    {
        var rig = TakenOver(new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce, MaxLosses = 2 },
            b => b with { MayHaveBegun = TaskRig.Start.AddMinutes(1) });
        (rig.HasPlace, rig.Silos) = (false, [TaskRig.Here, TaskRig.There]);
        await rig.Do(c => c.WakeAsync());
        rig.Pass(Second);
        Assert.Single(rig.Runner.CallsOf("StartAsync"));
        rig.Lose(TaskRig.There);
        rig.Pass(Second);
        Assert.Equal(TaskState.Paused, rig.Entry.State);
    }

    /// <summary>If the first loss ends the run, only a claim before its start shows that it has started.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public void Occurrence_Repeatable_IsClaimedOnlyIfTheFirstLossEndsIt(int most, int claims)
    {
        var rig = Scheduled(new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce, MaxLosses = most });
        rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(50));
        Assert.Single(rig.Started);
        Assert.Equal(claims, rig.Claims.CallsOf("ClaimAsync").Count());
    }

    /// <summary>Creates a task that moves to another silo one second after its occurrence was due.</summary>
    private static TaskRig TakenOver(TaskOptions options, Func<Briefing, Briefing> briefs)
    {
        var rig = Scheduled(options);
        var given = rig.Briefs;
        rig.Briefs = b => briefs(given(b));
        rig.Clock.SetUtcNow(TaskRig.Start.AddSeconds(61));
        return rig;
    }

    private static TaskRig Scheduled(TaskOptions? options = null) =>
        new(options, TaskSchedule.Every(TimeSpan.FromMinutes(1), TaskRig.Start))
        {
            Briefs = static b => b with { Given = b.Number == 1 ? TaskRig.Start.AddMinutes(1) : null, Awake = true },
        };
}
