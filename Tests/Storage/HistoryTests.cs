using Microsoft.Extensions.Logging.Abstractions;
using OrleansTasks.Calls;
using OrleansTasks.Tasks;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests a task's stored results when storage fails.</summary>
public sealed class HistoryTests
{
    private readonly StoredRows _rows = new();

    [Fact]
    public async Task Flush_AfterAFailedOrUnansweredCall_StoresAllAtTheNextAttempt()
    {
        var calls = await CountCallsAsync();
        Assert.InRange(calls, 4, 40);
        foreach (var fault in new[] { Fault.FailBefore, Fault.FailAfter })
        {
            for (var failing = 0; failing < calls; failing++)
            {
                var rows = new StoredRows();
                var storage = new FaultyStorage(rows) { MayClear = true, Plan = call => call.Number == failing ? fault : Fault.None };
                var history = Open(storage);
                await FillAsync(history, mayFail: true);
                await history.FlushAsync(Confirmed);

                Assert.False(history.IsDirty);
                Assert.Equal(Numbers(201, 300), await StoredAsync(rows));
            }
        }

        async Task<int> CountCallsAsync()
        {
            var storage = new FaultyStorage(new StoredRows()) { MayClear = true };
            await FillAsync(Open(storage), mayFail: false);
            return storage.Calls;
        }
    }

    [Fact]
    public async Task Flush_BeyondItsLength_LeavesNoOlderPages()
    {
        var history = Open(new FaultyStorage(_rows) { MayClear = true });
        await FillAsync(history, mayFail: false);

        // Besides the head, results 201 to 300 take two or three pages of 64.
        Assert.InRange(_rows.Count, 3, 4);
    }

    [Fact]
    public async Task Flush_OnTheLastPage_WritesThatPageOnly()
    {
        var storage = new FaultyStorage(_rows) { MayClear = true };
        var history = Open(storage);
        history.Add(Result(1), 100, announce: false);
        await history.FlushAsync(Confirmed);
        storage.Writes.Clear();

        history.Add(Result(2), 100, announce: false);
        await history.FlushAsync(Confirmed);

        Assert.Single(storage.Writes);
        Assert.Equal([1, 2], await StoredAsync(_rows));
    }

    [Fact]
    public async Task Add_WithAnAge_DropsWhatIsOlder()
    {
        var history = Open(new FaultyStorage(_rows) { MayClear = true });
        var begin = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        for (var n = 1; n <= 10; n++)
        {
            history.Add(Result(n) with { FinishedAt = begin.AddMinutes(n) }, 100, announce: false, age: TimeSpan.FromMinutes(3));
        }

        await history.FlushAsync(Confirmed);

        Assert.Equal([7, 8, 9, 10], await StoredAsync(_rows));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Forget_FailsAtFirst_LeavesNothingAndAllowsANewStart(int? failing)
    {
        await FillAsync(Open(new FaultyStorage(_rows) { MayClear = true }), mayFail: false);
        var writes = 0;
        var storage = new FaultyStorage(_rows)
        {
            MayClear = true,
            Plan = call => call.IsWrite && ++writes == failing ? Fault.FailBefore : Fault.None
        };
        var history = Open(storage);
        if (failing is not null)
        {
            await Assert.ThrowsAsync<IOException>(history.ForgetAsync);
        }

        await history.ForgetAsync();
        Assert.Equal(0, _rows.Count);
        Assert.Null(history.Last);

        history.Add(Result(301), 100, announce: false);
        await history.FlushAsync(Confirmed);
        Assert.Equal([301], await StoredAsync(_rows));
    }

    [Fact]
    public async Task Load_ResultsALostOwnerStoredAfterItsSuccessorRead_OmitsThem()
    {
        var storage = new FaultyStorage(_rows) { MayClear = true };
        var lost = Open(storage);
        await StoreAsync(lost, 50, 60);
        var successor = Open(storage);
        successor.StartsAfter = 130;
        await successor.LoadAsync();

        // This result is on a separate page, which the successor does not write.
        await StoreAsync(lost, 70, 70);
        await StoreAsync(successor, 131, 131);
        Assert.Equal([.. Numbers(50, 60), 131], successor.After(0).Select(r => r.Sequence));

        var third = Open(storage);
        third.StartsAfter = 131;
        await third.LoadAsync();
        Assert.Equal([.. Numbers(50, 60), 131], third.After(0).Select(r => r.Sequence));
        await StoreAsync(third, 132, 140);
        Assert.Equal([.. Numbers(50, 60), .. Numbers(131, 140)], await StoredAsync(_rows));

        static async Task StoreAsync(TaskHistory history, int first, int last)
        {
            for (var n = first; n <= last; n++)
            {
                history.Add(Result(n), 100, announce: false);
            }

            try
            {
                await history.FlushAsync(Confirmed);
            }
            catch (Orleans.Storage.InconsistentStateException)
            {
                // Another owner wrote the same records. The next try has read them.
                await history.FlushAsync(Confirmed);
            }
        }
    }

    [Fact]
    public async Task Load_RunMadeByOwnerAndSuccessor_OmitsTheLostOwnersResult()
    {
        var storage = new FaultyStorage(_rows) { MayClear = true };
        var lost = Open(storage);
        var run = Result(61);
        foreach (var n in Numbers(50, 60))
        {
            lost.Add(Result(n), 100, announce: false);
        }

        lost.Add(run, 100, announce: false);
        lost.Add(Result(62), 100, announce: false);

        // Both owners were active for a moment. The successor reports its own result before it reads what the other stored last.
        var successor = Open(storage);
        successor.StartsAfter = 130;
        successor.Add(run with { Sequence = 131 }, 100, announce: false);
        await lost.FlushAsync(Confirmed);
        await successor.FlushAsync(Confirmed);

        Assert.Equal([.. Numbers(50, 60), 62, 131], successor.After(0).Select(r => r.Sequence));
        Assert.Equal([.. Numbers(50, 60), 62, 131], await StoredAsync(_rows));
    }

    [Fact]
    public async Task Flush_ByAFrozenOwnerAfterAFailedWrite_DoesNotOverwriteItsSuccessorsResults()
    {
        var fails = true;
        var lost = Open(new FaultyStorage(_rows) { MayClear = true, Plan = call => fails && call.IsWrite ? Fault.FailBefore : Fault.None });
        lost.Add(Result(1), 100, announce: false);
        await Assert.ThrowsAsync<IOException>(() => lost.FlushAsync(Confirmed));

        var successor = Open(new FaultyStorage(_rows) { MayClear = true });
        successor.StartsAfter = 20;
        successor.Add(Result(21), 100, announce: false);
        await successor.FlushAsync(Confirmed);

        // The owner now reads the tags of its successor's records.
        fails = false;
        await Assert.ThrowsAsync<StaleTaskException>(() => lost.FlushAsync(() => throw new StaleTaskException("task")));
        Assert.True(lost.IsDirty);
        Assert.Equal([21], await StoredAsync(_rows));
    }

    /// <summary>
    /// The history was empty when the successor read it. A result that a lost owner then writes to a page that the successor does not use
    /// is not valid.
    /// </summary>
    [Fact]
    public async Task Load_ResultsALostOwnerWroteIntoAnEmptyHistory_OmitsThem()
    {
        var storage = new FaultyStorage(_rows) { MayClear = true };
        var lost = Open(storage);
        await lost.LoadAsync();
        var successor = Open(storage);
        successor.StartsAfter = 130;
        await successor.LoadAsync();

        lost.Add(Result(10), 100, announce: false);
        await lost.FlushAsync(Confirmed);
        successor.Add(Result(131), 100, announce: false);
        await Assert.ThrowsAsync<Orleans.Storage.InconsistentStateException>(() => successor.FlushAsync(Confirmed));
        await successor.FlushAsync(Confirmed);
        Assert.Equal([131], await StoredAsync(_rows));
    }

    /// <summary>A client was told that 61 is lost. The write of 61 that storage completes only afterwards is not valid.</summary>
    [Fact]
    public async Task Seal_BeforeALostOwnersWriteArrives_RejectsTheWrite()
    {
        var storage = new FaultyStorage(_rows) { MayClear = true };
        var lost = await OwnerAsync(storage, 50, 60);
        lost.Add(Result(61), 100, announce: false);
        var successor = Open(storage);
        successor.StartsAfter = 64;
        await successor.LoadAsync();
        Assert.False(successor.IsSealed);
        successor.Seal();
        await successor.FlushAsync(Confirmed);
        Assert.True(successor.IsSealed);

        await lost.FlushAsync(Confirmed);
        Assert.Equal(Numbers(50, 60), await StoredAsync(_rows));
    }

    /// <summary>The owner in between wrote a result, and was lost before it could invalidate the missing earlier ones.</summary>
    [Fact]
    public async Task Seal_NumbersBeforeTheLastResult_RejectsTheirWritesToo()
    {
        var storage = new FaultyStorage(_rows) { MayClear = true };
        var lost = await OwnerAsync(storage, 50, 62);
        lost.Add(Result(63), 100, announce: false);
        var between =
            Open(new FaultyStorage(_rows)
            {
                MayClear = true,
                Plan = static call => call is { IsWrite: true, Key: "t-task" } ? Fault.FailBefore : Fault.None
            });
        between.StartsAfter = 64;
        between.Add(Result(65), 100, announce: false);
        await Assert.ThrowsAsync<IOException>(() => between.FlushAsync(Confirmed));

        var third = Open(storage);
        third.StartsAfter = 72;
        await third.LoadAsync();
        Assert.Equal([.. Numbers(50, 62), 65], third.After(0).Select(static r => r.Sequence));
        Assert.Equal((false, 62L), (third.IsSealed, third.StoredThrough));
        third.Seal();
        await third.FlushAsync(Confirmed);
        Assert.Equal((true, 65L), (third.IsSealed, third.StoredThrough));

        await lost.FlushAsync(Confirmed);
        Assert.Equal([.. Numbers(50, 62), 65], await StoredAsync(_rows));
    }

    [Fact]
    public async Task Seal_WhileALostOwnerStillWrites_SucceedsAtTheNextAttempt()
    {
        var storage = new FaultyStorage(_rows) { MayClear = true };
        var lost = await OwnerAsync(storage, 50, 60);
        var successor = Open(storage);
        successor.StartsAfter = 130;
        await successor.LoadAsync();

        // This result is on a separate page, which the head names.
        lost.Add(Result(70), 100, announce: false);
        await lost.FlushAsync(Confirmed);
        successor.Seal();
        await Assert.ThrowsAsync<Orleans.Storage.InconsistentStateException>(() => successor.FlushAsync(Confirmed));
        Assert.False(successor.IsSealed);
        await successor.FlushAsync(Confirmed);
        Assert.True(successor.IsSealed);
        Assert.Equal(Numbers(50, 60), await StoredAsync(_rows));
    }

    [Fact]
    public async Task Load_WhereNothingIsMissing_NeedsNoSeal()
    {
        var storage = new FaultyStorage(_rows) { MayClear = true };
        await OwnerAsync(storage, 1, 60);
        var successor = Open(storage);
        successor.StartsAfter = 60;
        await successor.LoadAsync();
        Assert.True(successor.IsSealed);
    }

    private static Task Confirmed() => Task.CompletedTask;

    private static TaskHistory Open(FaultyStorage storage) => new("task", new HistoryStore(storage), NullLogger.Instance);

    /// <summary>Creates an owner that has stored some results.</summary>
    private static async Task<TaskHistory> OwnerAsync(FaultyStorage storage, int first, int last)
    {
        var owner = Open(storage);
        foreach (var n in Numbers(first, last))
        {
            owner.Add(Result(n), 100, announce: false);
        }

        await owner.FlushAsync(Confirmed);
        return owner;
    }

    /// <summary>Adds 300 results, of which the history keeps 100, and writes after every fifty.</summary>
    private static async Task FillAsync(TaskHistory history, bool mayFail)
    {
        for (var n = 1; n <= 300; n++)
        {
            history.Add(Result(n), 100, announce: false);
            if (n % 50 == 0)
            {
                try
                {
                    await history.FlushAsync(Confirmed);
                }
                catch (Exception e) when (mayFail && e is (IOException or PartitionMovedException))
                {
                    Assert.True(history.IsDirty);
                }
            }
        }
    }

    private static async Task<IEnumerable<long>> StoredAsync(StoredRows rows)
    {
        var history = Open(new FaultyStorage(rows));
        await history.LoadAsync();
        return history.After(0).Select(r => r.Sequence).ToList();
    }

    private static IEnumerable<long> Numbers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(n => (long)n);

    private static TaskResult Result(long sequence) =>
        new() { RunId = new RunId("task", Guid.NewGuid()), Sequence = sequence, Status = RunStatus.Succeeded };
}
