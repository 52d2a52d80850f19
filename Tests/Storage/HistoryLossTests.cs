using Microsoft.Extensions.Logging.Abstractions;
using OrleansTasks.Tasks;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests a task's history after storage lost a part of it or went back to an earlier state.</summary>
public sealed class HistoryLossTests
{
    private const int All = 200;
    private readonly StoredRows _rows = new();
    private readonly List<HistoryLoss> _told = [];
    private readonly List<int> _wentBack = [];

    /// <summary>The 200 results are on the pages 0 to 3.</summary>
    [Theory]
    [InlineData("t-task", 200, true)]
    [InlineData("t-task/0", 137, false)]
    [InlineData("t-task/1", 136, false)]
    [InlineData("t-task/3", 191, false)]
    [InlineData("t-task*", 0, true)]
    public async Task Load_RecordMissing_ReportsTheLossOnceAndContinuesWithTheRest(string record, int left, bool isHead)
    {
        await FillAsync(All);
        Remove(record);
        var next = Open(recorded: All, used: 208);
        await next.LoadAsync();
        Assert.Equal(left, next.After(0).Count());
        var loss = Assert.Single(_told);
        Assert.Equal((isHead, (long)All - left), (loss.IsHeadMissing, loss.Count));
        Assert.True(next.IsDirty);
        await next.FlushAsync(Confirmed);
        Assert.False(next.IsDirty);

        // The history continues, and later owners know that the loss has been reported.
        var third = Open(recorded: All, used: 208);
        await third.LoadAsync();
        third.Add(Result(209), 1_000, announce: false);
        await third.FlushAsync(Confirmed);
        var fourth = Open(recorded: 209, used: 216);
        await fourth.LoadAsync();
        Assert.Equal(left + 1, fourth.After(0).Count());
        Assert.Single(_told);
    }

    [Fact]
    public async Task Load_AfterStorageWentBack_ReportsTheNumberOfLostResults()
    {
        await FillAsync(All);
        _rows.GoBackTo(_rows.Writes - 3);
        var next = Open(recorded: All, used: 208);
        await next.LoadAsync();
        var loss = Assert.Single(_told);
        Assert.Equal(All - next.After(0).Count(), loss.Count);
        Assert.Equal(new NumberRange(All - loss.Count + 1, All), Assert.Single(loss.Numbers));
    }

    /// <summary>A restored result is valid again, unlike one that a lost owner writes late.</summary>
    [Fact]
    public async Task Load_AfterAReportedLossIsRestored_HasAllResults()
    {
        await FillAsync(All);
        var page = _rows.Keys.Single(static k => k.EndsWith("t-task/3", StringComparison.Ordinal));
        var (data, _) = _rows.Read(page)!.Value;
        Remove("t-task/3");
        var next = Open(recorded: All, used: 208);
        await next.LoadAsync();
        await next.FlushAsync(Confirmed);

        _rows.Write(page, data, null);
        var restored = Open(recorded: All, used: 208);
        await restored.LoadAsync();
        Assert.Equal(All, restored.After(0).Count());
        Assert.Single(_told);
    }

    [Fact]
    public async Task Load_WithoutAMark_AcceptsTheHistory()
    {
        await FillAsync(All);
        Remove("t-task*");
        var next = Open(recorded: 0, used: 208);
        await next.LoadAsync();
        Assert.Empty(_told);
        Assert.False(next.IsDirty);
    }

    /// <summary>However far storage goes back while the owner lives, the owner writes everything in its memory again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Flush_AfterStorageWentBackUnderALivingOwner_RewritesAll(bool isNoticed)
    {
        var writes = _rows.Writes;
        await FillAsync(All);
        for (var back = _rows.Writes; back >= writes; back--)
        {
            var rows = new StoredRows();
            var owner = await FillAsync(All, rows);
            rows.GoBackTo(back);
            _wentBack.Clear();
            if (isNoticed)
            {
                owner.Suspect();
                await owner.FlushAsync(Confirmed);
            }

            owner.Add(Result(All + 1), 1_000, announce: false);
            await Record.ExceptionAsync(() => owner.FlushAsync(Confirmed));
            await owner.FlushAsync(Confirmed);

            var next = Open(recorded: All + 1, used: 208, rows);
            await next.LoadAsync();
            Assert.Equal(All + 1, next.After(0).Count());
            Assert.Empty(_told);
            Assert.True(_wentBack.Count <= 1);
            Assert.True(back > 3 || _wentBack.Count == 1);
        }
    }

    [Fact]
    public async Task Flush_ByAReplacedOwner_WritesAndReportsNothing()
    {
        var owner = await FillAsync(All);
        Remove("t-task/1");
        owner.Suspect();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => owner.FlushAsync(static () => throw new InvalidOperationException("Another owns it.")));
        Assert.Empty(_wentBack);
        Assert.DoesNotContain(_rows.Keys, static k => k.EndsWith("t-task/1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Flush_SuspectedButStoredResults_WritesNothing()
    {
        var owner = await FillAsync(All);
        var writes = _rows.Writes;
        owner.Suspect();
        await owner.FlushAsync(Confirmed);
        Assert.Equal((writes, false), (_rows.Writes, owner.IsDirty));
        Assert.Empty(_wentBack);
    }

    private static Task Confirmed() => Task.CompletedTask;

    private static TaskResult Result(long sequence) =>
        new() { RunId = new RunId("task", Guid.NewGuid()), Sequence = sequence, Status = RunStatus.Succeeded };

    private void Remove(string record)
    {
        foreach (var key in _rows.Keys.Where(
            k => record.EndsWith('*') ? k.Contains(record[..^1], StringComparison.Ordinal) : k.EndsWith(record, StringComparison.Ordinal)))
        {
            _rows.RemoveOne(key);
        }
    }

    private async Task<TaskHistory> FillAsync(int count, StoredRows? rows = null)
    {
        var history = Open(0, 0, rows);
        for (var n = 1; n <= count; n++)
        {
            history.Add(Result(n), 1_000, announce: false);
            if (n % 25 == 0)
            {
                await history.FlushAsync(Confirmed);
            }
        }

        return history;
    }

    private TaskHistory Open(long recorded, long used, StoredRows? rows = null) =>
        new("task", new HistoryStore(new FaultyStorage(rows ?? _rows) { MayClear = true }), NullLogger.Instance)
        {
            Recorded = recorded,
            StartsAfter = used,
            Kept = static () => new HistoryKept(1_000, false),
            OnLost = _told.Add,
            OnWentBack = _wentBack.Add,
        };
}
