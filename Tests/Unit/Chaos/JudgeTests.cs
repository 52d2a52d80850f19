using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that the checker finds every violation, and nothing else.</summary>
public sealed class JudgeTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Outage Kill =
        new(new Fault(FaultKind.Kill, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5), new Victim.Silo(0)), At(20), At(25));
    private static readonly Outage Restart =
        new(new Fault(FaultKind.Restart, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(8), new Victim.Database()), At(20), At(28));

    [Theory]
    [InlineData(RunGuarantee.AtMostOnce)]
    [InlineData(RunGuarantee.AtLeastOnce)]
    public void Decide_AllRanInTime_FindsNothing(RunGuarantee guarantee)
    {
        var verdict = Decide(guarantee, Runs(), []);
        Assert.Empty(verdict.Findings);
        Assert.Equal((60, 60, 0, 0), (verdict.Targets.Count, verdict.Met, verdict.Missed, verdict.Duplicates));
    }

    [Theory]
    [InlineData("lost", "missed")]
    [InlineData("doubled", "duplicate")]
    [InlineData("late", "missed")]
    public void Decide_APlantedFault_IsFound(string planted, string found)
    {
        var verdict = Decide(RunGuarantee.AtMostOnce, Plant.Apply(planted, Runs()), []);
        Assert.False(verdict.Kept);
        Assert.StartsWith(found, Assert.Single(verdict.Findings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4.9, 0)]
    [InlineData(5.1, 1)]
    public void Decide_AfterAKill_AllowsTasksFiveSeconds(double secondsLate, int missed)
    {
        // Due half a second after the kill. The next owner executes it.
        var verdict = Decide(RunGuarantee.AtMostOnce, Runs(late: (21, At(20 + secondsLate))), [Kill]);
        Assert.Equal(missed, verdict.Missed);
        Assert.InRange(verdict.RecoveryP99Ms, (secondsLate * 1000) - 1001, (secondsLate * 1000) + 1);
    }

    [Theory]
    [InlineData(32.9, 0)]
    [InlineData(33.1, 1)]
    public void Decide_StorageOutage_CountsTimeFromItsEnd(double at, int missed) =>
        Assert.Equal(missed, Decide(RunGuarantee.AtMostOnce, Runs(late: (21, At(at))), [Restart]).Missed);

    [Theory]
    [InlineData(40.9, 0)]
    [InlineData(41.1, 1)]
    public void Decide_AnotherFaultDuringRecovery_RestartsTheTime(double at, int missed)
    {
        // Three seconds after the database is back, all silos are killed. This takes until the 36th second.
        var blackout = new Outage(new Fault(FaultKind.Blackout, TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(5), new Victim.AllSilos()),
            At(31), At(36));
        Assert.Equal(missed, Decide(RunGuarantee.AtMostOnce, Runs(late: (21, At(at))), [Restart, blackout]).Missed);
    }

    /// <summary>
    /// Soon after the loss of a silo, the whole cluster stops. Recovery time counts from the moment when all silos are back, although the
    /// first silo may fire before the last one is back.
    /// </summary>
    [Fact]
    public void Decide_BlackoutDuringARecovery_IsNotPartOfIt()
    {
        var blackout = new Outage(
            new Fault(FaultKind.Blackout, TimeSpan.FromSeconds(20.5), TimeSpan.FromSeconds(12), new Victim.AllSilos()), At(20.5), At(32));
        Assert.InRange(Decide(RunGuarantee.AtMostOnce, Runs(late: (21, At(31.5))), [Kill, blackout]).RecoveryP99Ms, 0, 11);
        Assert.InRange(Decide(RunGuarantee.AtMostOnce, Runs(late: (21, At(35))), [Kill, blackout]).RecoveryP99Ms, 2_999, 3_001);
    }

    /// <summary>
    /// A run waits about ten seconds after its second loss, so that a handler that ends its process does not end one silo after another.
    /// </summary>
    [Theory]
    [InlineData(RunGuarantee.AtMostOnce, 45.1, 1)]
    [InlineData(RunGuarantee.AtLeastOnce, 45.1, 0)]
    [InlineData(RunGuarantee.AtLeastOnce, 53.1, 1)]
    public void Decide_ARunThatMayHaveLostTwoSilos_MayWait(RunGuarantee guarantee, double at, int missed)
    {
        var blackout = new Outage(new Fault(FaultKind.Blackout, TimeSpan.FromSeconds(26), TimeSpan.FromSeconds(10), new Victim.AllSilos()),
            At(26), At(36));
        Assert.Equal(missed, Decide(guarantee, Runs(late: (25, At(at))), [Kill, blackout]).Missed);
    }

    [Fact]
    public void Decide_ARepeatedAtLeastOnceRun_NeedsAFault()
    {
        var doubled = Plant.Apply("doubled", Runs());
        Assert.Equal((0, 1), Counts(Decide(RunGuarantee.AtLeastOnce, doubled, [])));
        var near = new Outage(Kill.Fault, At(11), At(12));
        Assert.Equal((1, 0), Counts(Decide(RunGuarantee.AtLeastOnce, doubled, [near])));
        Assert.Equal((0, 1), Counts(Decide(RunGuarantee.AtMostOnce, doubled, [near])));

        static (int Repeats, int Duplicates) Counts(Verdict verdict) => (verdict.Repeats, verdict.Duplicates);
    }

    [Fact]
    public void Decide_ARunAtAnInstantThatIsNotDue_IsADuplicate()
    {
        var stray = new RunRecord(RecordKind.Start, RunId.New("task", TimeProvider.System), 1, RunTrigger.Schedule, At(10.5), At(10.5));
        Assert.Equal(1, Decide(RunGuarantee.AtLeastOnce, [.. Runs(), stray], []).Duplicates);
    }

    [Fact]
    public void Decide_AnUnfinishedAcknowledgedDispatch_IsLostUnlessReported()
    {
        var run = RunId.New("task", TimeProvider.System);
        var begun = new RunRecord(RecordKind.Start, run, 1, RunTrigger.Dispatch, At(5), At(5));
        var reported = new TaskResult { RunId = run, Status = RunStatus.Lost };

        Assert.Equal(1, Dispatch(RunGuarantee.AtLeastOnce, []).Lost);
        Assert.Equal(1, Dispatch(RunGuarantee.AtLeastOnce, [begun]).Lost);
        Assert.Equal(1, Dispatch(RunGuarantee.AtMostOnce, [begun]).Lost);
        Assert.Equal(0, Dispatch(RunGuarantee.AtMostOnce, [begun], reported).Lost);
        Assert.Equal(0, Dispatch(RunGuarantee.AtLeastOnce, [begun, begun with { Kind = RecordKind.End }], reported).Lost);

        Verdict Dispatch(RunGuarantee guarantee, RunRecord[] records, TaskResult? result = null) =>
            Judge.Decide(new Claims([], [new Dispatched(run, guarantee, At(5), result)], [], new Dictionary<Guid, TaskResult>()), records,
                []);
    }

    /// <summary>A repeatable run ends as lost after it has lost its third silo, and not before.</summary>
    [Theory]
    [InlineData(2, "Kill", 1)]
    [InlineData(3, "Kill", 0)]
    [InlineData(1, "Deadly", 0)]
    [InlineData(3, "Restart", 1)]
    public void Decide_ADispatchReportedAsLost_NeedsEnoughSiloLosses(int times, string fault, int lost)
    {
        var kind = Enum.Parse<FaultKind>(fault);
        var run = RunId.New("task", TimeProvider.System);
        var result = new TaskResult { RunId = run, Status = RunStatus.Lost, FinishedAt = At(50) };
        Victim victim = kind == FaultKind.Restart ? new Victim.Database() : new Victim.Silo(0);
        var outages = Enumerable.Range(1, times)
            .Select(
                n => new Outage(new Fault(kind, TimeSpan.FromSeconds(10 * n), TimeSpan.FromSeconds(2), victim), At(10 * n),
                    At((10 * n) + 2))).ToList();
        Assert.Equal(lost,
            Judge.Decide(
                new Claims([], [new Dispatched(run, RunGuarantee.AtLeastOnce, At(5), result)], [], new Dictionary<Guid, TaskResult>()), [],
                outages).Lost);
    }

    [Fact]
    public void Decide_ASuccessThatNeverHappened_IsFound()
    {
        var claimed = new Requested(RunGuarantee.AtMostOnce,
            new TaskResult { RunId = RunId.New("task", TimeProvider.System), Status = RunStatus.Succeeded }, null);
        var silent = new Requested(RunGuarantee.AtMostOnce, null, null);
        var verdict = Judge.Decide(new Claims([], [], [claimed, silent], new Dictionary<Guid, TaskResult>()), [], []);
        Assert.Equal(2, verdict.Findings.Count);
        Assert.Equal(1, verdict.Hung);
    }

    [Fact]
    public void Record_CutOffByAKill_IsIgnored()
    {
        var whole = Runs()[0];
        Assert.Equal(whole, Assert.Single(RunRecord.Read(whole.ToLine() + whole.ToLine()[..20])));
    }

    [Fact]
    public void Record_InvalidFormat_IsRejectedWithItsLine()
    {
        var whole = Runs()[0];
        var error = Assert.Throws<FormatException>(() => RunRecord.Read(whole.ToLine() + "Start\tsomething\n").ToList());
        Assert.Contains("Line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_TheLossOfAWebServer_ExcusesNothing()
    {
        var late = Runs(late: (21, At(23)));
        var vanish = new Fault(FaultKind.Vanish, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10), new Victim.Silo(0));
        Assert.Equal(0, Decide(RunGuarantee.AtMostOnce, late, [new Outage(vanish, At(20), At(30))]).Missed);
        var ofWebServer = new Outage(vanish with { Victim = new Victim.WebServer() }, At(20), At(30));
        Assert.Equal(1, Decide(RunGuarantee.AtMostOnce, late, [ofWebServer]).Missed);
        Assert.Equal(1,
            Decide(RunGuarantee.AtLeastOnce, Plant.Apply("doubled", Runs()),
                [ofWebServer with { From = At(11), Healed = At(12) }]).Duplicates);
    }

    [Theory]
    [InlineData(26.9, 0)]
    [InlineData(27.1, 1)]
    public void Decide_AFaultThatTookTimeToInject_CountsFromItsEnd(double at, int missed) =>
        Assert.Equal(missed, Decide(RunGuarantee.AtMostOnce, Runs(late: (21, At(at))), [Kill with { Struck = At(22) }]).Missed);

    [Theory]
    [InlineData(180)]
    [InlineData(-180)]
    public void Decide_AWrongClock_ExcusesItsInstantsButNoStalledTask(int step)
    {
        var clock =
            new Outage(
                new Fault(FaultKind.Clock, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(16), new Victim.AllSilos(),
                    Step: TimeSpan.FromSeconds(step)), At(20), At(36));

        Assert.Empty(Decide(RunGuarantee.AtMostOnce, Runs(), [clock]).Findings);
        Assert.Empty(Decide(RunGuarantee.AtMostOnce, [.. Runs().Where(r => r.At < At(22) || r.At > At(28))], [clock]).Findings);
        var standing = Decide(RunGuarantee.AtMostOnce, [.. Runs().Where(r => r.At < At(20) || r.At > At(36))], [clock]);
        Assert.StartsWith("standing", Assert.Single(standing.Findings), StringComparison.Ordinal);
        Assert.True(Decide(RunGuarantee.AtMostOnce, [.. Runs().Where(r => r.At < At(36))], [clock]).Missed > 10);
    }

    /// <summary>
    /// A clock that is three minutes ahead is corrected in the 36th second. The next recovery corrects the stored values that are ahead.
    /// </summary>
    [Theory]
    [InlineData(36.5, 0)]
    [InlineData(40.5, 0)]
    [InlineData(42, 3)]
    public void Decide_AFaultRightAfterAWrongClock_ExcusesOccurrencesUntilItsEnd(double next, int missed)
    {
        var clock =
            new Outage(
                new Fault(FaultKind.Clock, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(16), new Victim.AllSilos(),
                    Step: TimeSpan.FromSeconds(180)), At(20), At(36));
        var blackout = new Outage(new Fault(FaultKind.Blackout, TimeSpan.FromSeconds(next), TimeSpan.FromSeconds(6), new Victim.AllSilos()),
            At(next), At(next + 6));
        var left = Runs().Where(r => r.At < At(next + 1) || r.At > At(next + 4)).ToList();
        Assert.Equal(missed, Decide(RunGuarantee.AtMostOnce, [.. left], [clock, blackout]).Missed);
    }

    /// <summary>Nothing could be stored until a clock was put forward. By that clock, the waiting occurrences are days late.</summary>
    [Theory]
    [InlineData(26, 86_400, 0)]
    [InlineData(26, 20, 3)]
    [InlineData(32, 86_400, 3)]
    public void Decide_AClockThatIsPutForwardWhileOccurrencesWait_ExcusesThose(double from, int step, int missed)
    {
        var storage = new Outage(new Fault(FaultKind.Storage, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5), new Victim.AllSilos()),
            At(20), At(25));
        var clock =
            new Outage(
                new Fault(FaultKind.Clock, TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(16), new Victim.AllSilos(),
                    Step: TimeSpan.FromSeconds(step)), At(from), At(from + 16));
        Assert.Equal(missed,
            Decide(RunGuarantee.AtMostOnce, [.. Runs().Where(static r => r.At < At(17) || r.At > At(20))],
                [storage with { From = At(16) }, clock]).Missed);
    }

    /// <summary>
    /// The run's silo was frozen, and the run was reported lost. Then a clock was put back, and the occurrence ran again at its instant.
    /// </summary>
    [Theory]
    [InlineData(RunGuarantee.AtMostOnce, true, 0)]
    [InlineData(RunGuarantee.AtMostOnce, false, 1)]
    [InlineData(RunGuarantee.AtLeastOnce, true, 1)]
    public void Decide_AClockSetBackToALostOccurrence_ExcusesItsRepetition(RunGuarantee guarantee, bool isLost, int missed)
    {
        var freeze = new Outage(new Fault(FaultKind.Freeze, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), new Victim.Silo(0)),
            isLost ? At(20.5) : At(10), isLost ? At(22) : At(11));
        var clock =
            new Outage(
                new Fault(FaultKind.Clock, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(16), new Victim.Silo(1),
                    Step: TimeSpan.FromSeconds(-180)), At(40), At(56));
        Assert.Equal(missed, Decide(guarantee, Runs(late: (21, At(45))), [freeze, clock]).Missed);
    }

    [Fact]
    public void Decide_ALossReportedInALogOnly_IsReported()
    {
        var heard = Forgotten(20.5);
        Assert.Equal(2,
            Judge.Decide(heard, [], [Rollback(withSilo: false), Kill with { From = At(30), Struck = At(30), Healed = At(33) }])
                .Findings.Count);
        var logged = heard with
        {
            Logged =
            [
                Notice.Read("00:10:30.158 fail: OrleansTasks.SchedulerGrain[257] Storage of partition p4 went back: segment 5", At(23))!,
                Notice.Read("00:10:31.158 fail: OrleansTasks.SchedulerGrain[256] Storage of partition p4 lost data: segment 5", At(24))!,
            ],
        };
        Assert.Empty(
            Judge.Decide(logged, [], [Rollback(withSilo: false), Kill with { From = At(30), Struck = At(30), Healed = At(33) }]).Findings);
        Assert.Null(Notice.Read("00:10:30.158 dbug: OrleansTasks.SchedulerGrain[254] Partition p4 opened as epoch 5", At(23)));
    }

    /// <summary>
    /// At the 21st second the store goes back to the 20th. A silo may be lost with it, or before everything is written again.
    /// </summary>
    [Theory]
    [InlineData(20.5, false, -1, "lost")]
    [InlineData(20.5, true, -1, "")]
    [InlineData(20.5, false, 40, "")]
    [InlineData(20.5, false, 70, "lost")]
    [InlineData(19, true, -1, "lost")]
    [InlineData(25, true, -1, "lost")]
    public void Decide_ADispatchMissingFromARolledBackStore_MayBeLostOnlyWithASilo(double acceptedAt, bool withSilo, double killAt,
        string expected)
    {
        Outage[] outages = killAt < 0
            ? [Rollback(withSilo)]
            : [Rollback(withSilo), Kill with { From = At(killAt), Struck = At(killAt), Healed = At(killAt + 3) }];

        var verdict = Judge.Decide(Forgotten(acceptedAt, TaskEventKind.StorageWentBack, TaskEventKind.StorageLost), [], outages);

        Assert.Equal((expected.Length == 0 ? 1 : 0, expected.Length), (verdict.LostByRollback, verdict.Findings.Count * expected.Length));
        Assert.All(verdict.Findings, f => Assert.StartsWith(expected, f, StringComparison.Ordinal));
        Assert.Equal(1, verdict.RolledBack);
    }

    /// <summary>The run continues in its owner's memory, and ends after the store that forgot it is back.</summary>
    [Theory]
    [InlineData(20.5, 40, "")]
    [InlineData(20.5, 70, "hung")]
    [InlineData(23, 40, "hung")]
    public void Decide_AnEndMissingFromARolledBackStore_MayBeLostOnlyWithASilo(double acceptedAt, double killAt, string expected)
    {
        var claims = Forgotten(acceptedAt, TaskEventKind.StorageWentBack, TaskEventKind.StorageLost);
        var run = claims.Dispatches[0].Run;
        RunRecord[] records =
        [
            new(RecordKind.Start, run, 1, RunTrigger.Dispatch, At(acceptedAt), At(23.5)),
            new(RecordKind.End, run, 1, RunTrigger.Dispatch, At(acceptedAt), At(24)),
        ];

        var verdict = Judge.Decide(claims, records,
            [Rollback(withSilo: false), Kill with { From = At(killAt), Struck = At(killAt), Healed = At(killAt + 3) }]);

        Assert.Equal((expected.Length == 0 ? 1 : 0, expected.Length == 0 ? 0 : 1), (verdict.LostByRollback, verdict.Hung));
    }

    [Fact]
    public void Decide_AnUnreportedLoss_IsFound()
    {
        Assert.Equal(["unreported"], Findings(withSilo: false, TaskEventKind.StorageWentBack));
        Assert.Equal(["silent", "unreported"], Findings(withSilo: false));

        // An owner that was killed together with the store reports nothing. The other owners do.
        Assert.Equal([], Findings(withSilo: true, TaskEventKind.StorageWentBack));
        Assert.Equal(["silent"], Findings(withSilo: true));

        static IEnumerable<string> Findings(bool withSilo, params TaskEventKind[] said) =>
            Judge.Decide(Forgotten(20.5, said), [], [Rollback(withSilo), Kill with { From = At(30), Struck = At(30), Healed = At(33) }])
                .Findings.Select(f => f.Split(':')[0]).Order();
    }

    [Theory]
    [InlineData(true, 0, 1)]
    [InlineData(false, 1, 0)]
    public void Decide_AStartMissingFromARolledBackStore_MayRepeatAfterASiloLoss(bool withSilo, int duplicates, int repeats)
    {
        var runs = Runs();
        var verdict = Decide(RunGuarantee.AtMostOnce, [.. runs, runs[19] with { At = At(24), Attempt = 2 }], [Rollback(withSilo)]);
        Assert.Equal((duplicates, repeats), (verdict.Duplicates, verdict.Repeats));
    }

    private static Outage Rollback(bool withSilo) => new(
        new Fault(FaultKind.Rollback, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1),
            withSilo ? new Victim.Silo(0) : new Victim.Database(), Window: TimeSpan.FromSeconds(1)), At(20), At(22))
    {
        Struck = At(21),
    };

    private static Claims Forgotten(double acceptedAt, params TaskEventKind[] said) =>
        new([],
            [new Dispatched(RunId.New("task", TimeProvider.System), RunGuarantee.AtLeastOnce, At(acceptedAt), null)
            {
                AcceptedAt = At(acceptedAt)
            }], [], new Dictionary<Guid, TaskResult>())
        {
            Notices = [.. said.Select(k => new Notice(At(23), k, "Partition p0: ..."))],
        };

    private static Verdict Decide(RunGuarantee guarantee, IReadOnlyList<RunRecord> records, IReadOnlyList<Outage> outages) => Judge.Decide(
        new Claims([new ScheduledTask("task", TaskSchedule.Every(TimeSpan.FromSeconds(1), Start), guarantee, Start, At(60))], [], [],
            new Dictionary<Guid, TaskResult>()), records, outages);

    /// <summary>Returns a run for each second from 1 to 60. One of them may start at another time.</summary>
    private static List<RunRecord> Runs((int Second, DateTimeOffset At)? late = null) =>
    [
        .. from second in Enumerable.Range(1, 60)
           let at = late is { } l && l.Second == second ? l.At : At(second + 0.01)
           select new RunRecord(RecordKind.Start, RunId.Of("task", At(second)), 1, RunTrigger.Schedule, At(second), at),
    ];

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);
}
