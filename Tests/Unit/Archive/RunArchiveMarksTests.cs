using static OrleansTasks.Tests.Unit.Archive.RunArchiveBench;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests how an archive stores what was done about dead letters.</summary>
public sealed class RunArchiveMarksTests
{
    private readonly RunArchiveBench _bench = new();

    /// <summary>A mark survives restarts, merges, and a result that arrives again; the run keeps its place.</summary>
    [Fact]
    public async Task Mark_OverRestartsAndMerges_IsKept()
    {
        var core = await _bench.OpenAsync();
        TaskResult Failed(int n) => Result(n) with { Status = RunStatus.Failed, Error = $"no {n}" };
        await core.KeepAsync([ToKeep([Failed(1), Failed(2), Failed(3)])]);
        Assert.Null(await core.MarkAsync(Id(9), new RunMark { State = DeadLetterState.Discarded }));
        await Task.WhenAll(
            core.MarkAsync(Id(1), new RunMark { State = DeadLetterState.Acknowledged, By = "ann", Note = "disk" }),
            core.MarkAsync(Id(1), new RunMark { State = DeadLetterState.Acknowledged, By = "ann", Note = "disk" }),
            core.MarkAsync(Id(2), new RunMark { State = DeadLetterState.Discarded, By = "bob" }));
        for (var turn = 0; turn < 4; turn++)
        {
            Assert.Equal([Id(3)], await AllAsync(core, new RunQuery { DeadLetters = [DeadLetterState.Open] }));
            Assert.Equal([Id(2), Id(1)],
                await AllAsync(core, new RunQuery { DeadLetters = [DeadLetterState.Acknowledged, DeadLetterState.Discarded] }));
            var mark = Assert.Single((await core.Queries.ReadAsync(Id(1)))!.Marks);
            Assert.Equal((DeadLetterState.Acknowledged, Start, "ann", "disk"), (mark.State, mark.At, mark.By, mark.Note));

            // The result comes again, and enough others that the small records are merged.
            await core.KeepAsync([ToKeep([Failed(1) with { Sequence = 1_000 }])]);
            for (var n = 0; n < 40; n++)
            {
                await core.KeepAsync([ToKeep([Result(100 + (turn * 40) + n)])]);
            }

            core.Close();
            core = await _bench.OpenAsync();
        }
    }

    /// <summary>If a mark could not be stored, the run is as it was, and the mark can be repeated.</summary>
    [Fact]
    public async Task Mark_ByAReplacedOwner_IsNotAcknowledged()
    {
        var (first, second) = (await _bench.OpenAsync(), await _bench.OpenAsync());
        await first.KeepAsync([ToKeep([Result(1) with { Status = RunStatus.Lost }])]);
        await second.KeepAsync([ToKeep([Result(2) with { Status = RunStatus.Lost }])]);
        await Assert.ThrowsAsync<PartitionMovedException>(
            () => first.MarkAsync(Id(1), new RunMark { State = DeadLetterState.Acknowledged }));
        Assert.Single((await second.MarkAsync(Id(1), new RunMark { State = DeadLetterState.Acknowledged }))!.Marks);
        Assert.Equal([Id(1)], await AllAsync(await _bench.OpenAsync(), new RunQuery { DeadLetters = [DeadLetterState.Acknowledged] }));
    }
}
