using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that a task continues when storage loses its history or ledger. It reports the loss, and uses no number again.</summary>
public sealed class LostRecordTests
{
    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Flush_OfAResult_IsReportedWithTheNextNumbers()
    {
        var rig = new TaskRig();
        for (var n = 0; n < 20; n++)
        {
            await RunAsync(rig);
            rig.Pass(Flush);
        }

        var marks = rig.Partition.CallsOf(nameof(IPartition.ReserveAsync)).Select(static c => (StoredMarks)c[3]!).ToList();
        Assert.Equal(0, marks[0].History);
        Assert.InRange(marks[^1].History, 10, 20);
        Assert.Equal(1, marks[^1].Ledger + 1);

        await rig.LeaveAsync();
        Assert.Equal(20, DepartureOf(rig).Marks.History);
    }

    [Theory]
    [InlineData("history/", 20)]
    [InlineData("history/ot-history/t-t/0", 20)]
    public async Task TakeOver_StoredResultsMissing_ContinuesAndReportsTheLossOnce(string lost, int count)
    {
        var storage = await StoredAsync(count);
        storage.Lose(lost);
        var rig = Next(storage, count);
        var result = await RunAsync(rig);
        Assert.Equal((RunStatus.Succeeded, count + 1L), (result.Status, result.Sequence));
        rig.Pass(Flush);
        var line = Assert.Single(rig.Log.Of(332));
        Assert.Contains($"Up to {count} results (numbers 1 to {count})", line);

        // Readers see the gap, and do not wait.
        var history = await rig.Do(c => c.Queries.HistoryAsync(5, 100));
        Assert.Equal([count + 1L], history.Results.Select(static r => r.Sequence));
        Assert.False(history.HasMore);
        await rig.LeaveAsync();

        var after = Next(storage, count + 1);
        Assert.Equal(count + 2, (await RunAsync(after)).Sequence);
        after.Pass(Flush);
        Assert.Empty(after.Log.Lines);
    }

    [Fact]
    public async Task Wait_ForARunWithALostResult_EndsImmediately()
    {
        var storage = await StoredAsync(3);
        storage.Lose("history/");
        var rig = Next(storage, 3);
        var waiting = rig.Do(c => c.Requests.WaitAsync(new RunId("t", Guid.NewGuid())));
        Assert.True(waiting.IsCompleted);
        await Assert.ThrowsAsync<RunNotFoundException>(() => waiting);
        Assert.Single(rig.Log.Of(332));
    }

    /// <summary>A removed task has no history to lose, as its history is being removed.</summary>
    [Fact]
    public async Task TakeOver_RemovedTask_ReportsNothing()
    {
        var storage = await StoredAsync(3);
        storage.Lose("history/");
        var rig = new TaskRig(storage: storage)
        {
            Briefs = static b => b with { Entry = null, Sequence = 8, Marks = new StoredMarks(3, 0) }
        };
        await rig.Do(static c => c.ForgetAsync());
        Assert.Empty(rig.Log.Of(332));
    }

    [Fact]
    public async Task TakeOver_FromAnEarlierVersion_AcceptsTheHistory()
    {
        var storage = await StoredAsync(3);
        storage.Lose("history/");
        var rig = new TaskRig(storage: storage) { Briefs = static b => b with { Sequence = 8 } };
        Assert.Equal(9, (await RunAsync(rig)).Sequence);
        rig.Pass(Flush);
        Assert.Empty(rig.Log.Lines);
    }

    /// <summary>The partition's storage went back, but the history did not.</summary>
    [Fact]
    public async Task TakeOver_PartitionBehindTheHistory_ReusesNoNumbers()
    {
        var storage = await StoredAsync(20);
        var rig = new TaskRig(storage: storage) { Briefs = static b => b with { Sequence = 8, Marks = new StoredMarks(5, 0) } };
        Assert.Equal(21, (await RunAsync(rig)).Sequence);
        Assert.Single(rig.Log.Of(335));
        Assert.Empty(rig.Log.Of(332));
    }

    [Fact]
    public async Task StorageWentBack_UnderATaskInMemory_RewritesHistoryAndLedger()
    {
        var rig = new TaskRig(schedule: TaskSchedule.Every(TimeSpan.FromHours(1)));
        await RunAsync(rig);
        await rig.Do(c => c.Controls.PauseAsync(null, null, null, PausedOccurrences.Skip, Guid.Empty));
        rig.Pass(Flush);
        var before = rig.Storage.Keys.Order().ToList();
        Assert.Equal(3, before.Count);

        rig.Storage.Lose("");
        await rig.Do(static c =>
        {
            c.TakeStorageWentBack();
            return Task.CompletedTask;
        });
        rig.Pass(Flush);
        Assert.Equal(before, rig.Storage.Keys.Order());
        Assert.Equal(2, rig.Log.Of(333).Count());

        // Nothing has been lost since.
        await rig.Do(static c =>
        {
            c.TakeStorageWentBack();
            return Task.CompletedTask;
        });
        rig.Pass(Flush);
        Assert.Equal(2, rig.Log.Of(333).Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TakeOver_LedgerMissing_RestartsItFromTheSettledInstantAndReportsIt(bool isKnown)
    {
        var schedule = TaskSchedule.Every(TimeSpan.FromHours(1));
        var rig = new TaskRig(schedule: schedule);
        await rig.Do(c => c.WakeAsync());
        await rig.Do(c => c.Controls.PauseAsync(null, null, null, PausedOccurrences.Skip, Guid.Empty));
        rig.Pass(Flush);
        await rig.LeaveAsync();
        Assert.Equal(1, DepartureOf(rig).Marks.Ledger);

        rig.Storage.Lose("ledger/");
        var settled = TaskRig.Start.AddSeconds(-5);
        var next = new TaskRig(schedule: TaskSchedule.Every(TimeSpan.FromSeconds(1)), storage: rig.Storage);
        next.Entry = next.Entry with { Anchor = TaskRig.Start.AddSeconds(-40), State = TaskState.Paused };
        next.Briefs = b =>
            b with
            {
                LedgerFloor = DateTimeOffset.MinValue,
                Settled = settled,
                Claimed = settled,
                Marks = isKnown ? new StoredMarks(0, 1) : default
            };
        var ledger = await next.Do(c => c.Queries.LedgerAsync(null));
        Assert.Equal(isKnown ? 15 : 50, ledger.Planned);
        Assert.Equal(isKnown ? 1 : 0, next.Log.Of(334).Count());

        next.Pass(Flush);
        await next.LeaveAsync();
        Assert.Equal(isKnown ? 2 : 1, DepartureOf(next).Marks.Ledger);
    }

    private static Departure DepartureOf(TaskRig rig) => (Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!;

    private static TaskRig Next(MemoryStorage storage, long recorded) =>
        new(storage: storage) { Briefs = b => b with { Sequence = recorded, Marks = new StoredMarks(recorded, 0) } };

    private static async Task<MemoryStorage> StoredAsync(int results)
    {
        var rig = new TaskRig();
        for (var n = 0; n < results; n++)
        {
            await RunAsync(rig);
        }

        await rig.LeaveAsync();
        return rig.Storage;
    }

    private static async Task<TaskResult> RunAsync(TaskRig rig)
    {
        var running = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        rig.End(rig.Started[^1]);
        return (await running)!;
    }
}
