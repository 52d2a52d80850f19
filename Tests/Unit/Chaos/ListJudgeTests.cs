using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that the checker finds runs that do not continue where they were, and nothing else.</summary>
public sealed class ListJudgeTests
{
    private const int Items = 20;
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RunId Run = new("lists", Guid.Parse("11111111-1111-1111-1111-111111111111"));
    private static readonly Outage Rollback =
        new(new Fault(FaultKind.Rollback, TimeSpan.Zero, TimeSpan.Zero, new Victim.Silo(0)), At(0), At(30)) { Struck = At(30) };

    [Fact]
    public void Decide_TheNextAttemptBeginsWhereTheLastOneWas_FindsNothing()
    {
        var verdict = Decide([.. Attempt(1, 0, 13, at: 0), .. Attempt(2, 10, Items, at: 40)]);
        Assert.Empty(verdict.Findings);
        Assert.Equal((1, 1, 2, 0, 0, 0), (verdict.Runs, verdict.Continued, verdict.MostCalls, verdict.Misplaced, verdict.Recomputed,
            verdict.Unfinished));
    }

    [Theory]
    [InlineData("repeated", 1, 0)]
    [InlineData("skipped", 1, 0)]
    [InlineData("recomputed", 0, 1)]
    public void Decide_APlantedDefect_IsFound(string planted, int misplaced, int recomputed)
    {
        var verdict = Decide([.. PlantedWork.Apply(planted, [.. Attempt(1, 0, Items, at: 0)])]);
        Assert.StartsWith(planted, Assert.Single(verdict.Findings), StringComparison.Ordinal);
        Assert.Equal((misplaced, recomputed), (verdict.Misplaced, verdict.Recomputed));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(10, 0)]
    public void Decide_AfterAStoredPosition_NoEarlierItemIsBegun(int begins, int misplaced) =>
        Assert.Equal(misplaced, Decide([.. Attempt(1, 0, 13, at: 0), .. Attempt(2, begins, Items, at: 40)]).Misplaced);

    [Fact]
    public void Decide_AThirdAttemptBeginsBeforeTheSecond_IsFound() => Assert.Equal(
        1, Decide([.. Attempt(1, 0, 15, at: 0), .. Attempt(2, 12, 13, at: 40), .. Attempt(3, 11, Items, at: 60)]).Misplaced);

    [Fact]
    public void Decide_TheStoreWentBackAndASiloWasLost_ExcusesARepeat()
    {
        var verdict = Decide([.. Attempt(1, 0, 13, at: 0), .. Attempt(2, 0, Items, at: 40)], outages: [Rollback]);
        Assert.Empty(verdict.Findings);
        Assert.NotEqual(0, verdict.Forgotten);
    }

    [Fact]
    public void Decide_AStepHasAnotherResult_IsFound()
    {
        var records = Attempt(1, 0, 13, at: 0).Concat(
            Attempt(2, 10, Items, at: 40).Select(static r => r.Kind == WorkKind.StepReturned ? r with { Number = 8 } : r));
        Assert.Contains("got 8", Assert.Single(Decide([.. records]).Findings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunStatus.Succeeded, Items, 0)]
    [InlineData(RunStatus.Succeeded, Items - 1, 1)]
    [InlineData(RunStatus.Failed, Items, 1)]
    [InlineData(RunStatus.Lost, 13, 1)]
    [InlineData(null, Items, 1)]
    public void Decide_ARunThatSavedSomething_MustSucceed(RunStatus? status, int done, int unfinished) =>
        Assert.Equal(unfinished, Decide([.. Attempt(1, 0, done, at: 0)], status).Unfinished);

    [Fact]
    public void Decide_AttemptsThatHadSavedNothingWereLost_MayEndTheRun()
    {
        var records = Enumerable.Range(1, Promises.MaxLosses).SelectMany(static n => Attempt(n, 0, 3, at: 10 * n)
            .Where(static r => r.Kind is WorkKind.ItemBegun or WorkKind.ItemDone)).ToList();
        Assert.Equal(0, Decide(records, RunStatus.Lost).Unfinished);
        Assert.Equal(1, Decide([.. records.Where(static r => r.Attempt > 1)], RunStatus.Lost).Unfinished);
    }

    [Fact]
    public void Read_ALineOfARecord_GivesTheRecord()
    {
        var record = Record(WorkKind.Stored, 2, Guid.NewGuid(), 10, 5);
        Assert.Equal([record], WorkRecord.Read(record.ToLine() + "Stored\tli"));
        Assert.Throws<FormatException>(() => WorkRecord.Read("Stored\n").ToList());
    }

    private static ListVerdict Decide(
        IReadOnlyList<WorkRecord> records, RunStatus? status = RunStatus.Succeeded, IReadOnlyList<Outage>? outages = null) =>
        ListJudge.Decide([new ListRun(Run, Items, At(-5), status)], records, outages ?? []);

    /// <summary>Returns what a call of the handler records that begins at an item, and is lost before another, or ends.</summary>
    private static IEnumerable<WorkRecord> Attempt(int attempt, int from, int to, double at)
    {
        var execution = Guid.NewGuid();
        if (attempt == 1)
        {
            yield return Record(WorkKind.StepComputed, attempt, execution, 7, at);
        }

        yield return Record(WorkKind.StepReturned, attempt, execution, 7, at);
        for (var item = from; item < to; item++)
        {
            if (item > from && item % ListHandler.Every == 0)
            {
                yield return Record(WorkKind.Stored, attempt, execution, item, at + item);
            }

            yield return Record(WorkKind.ItemBegun, attempt, execution, item, at + item);
            yield return Record(WorkKind.ItemDone, attempt, execution, item, at + item);
        }

        if (to == Items)
        {
            yield return Record(WorkKind.Stored, attempt, execution, Items, at + Items);
            yield return Record(WorkKind.ListEnded, attempt, execution, Items, at + Items);
        }
    }

    private static WorkRecord Record(WorkKind kind, int attempt, Guid execution, int number, double at) =>
        new(kind, Run, attempt, execution, number, At(at));

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);
}
