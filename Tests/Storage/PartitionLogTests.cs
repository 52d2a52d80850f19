using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

public sealed class PartitionLogTests
{
    private readonly StoredRows _rows = new();

    [Fact]
    public Task Reopen_AfterCommits_HasTheItems() => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        await owner.PutAsync("a", "1");
        await owner.CommitAsync(new LogChange("b", "\"2030-01-01T00:00:00Z\""), new LogChange("ü", "{\"x\":\"\\\"\"}"));
        await owner.PutAsync("a", null);

        var next = await TestOwner.OpenAsync(new FaultyStorage(_rows));

        Assert.Equal(new Dictionary<string, string> { ["b"] = "\"2030-01-01T00:00:00Z\"", ["ü"] = "{\"x\":\"\\\"\"}" }, next.State);
    });

    [Fact]
    public Task Commit_DuringAWrite_SharesTheNextWrite() => Turns.RunAsync(async () =>
    {
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, new PartitionLogOptions());
        storage.Writes.Clear();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => owner.PutAsync($"k{i}", $"{i}")));

        Assert.Equal(2, storage.Writes.Count);
        Assert.Equal(500, (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State.Count);
    });

    [Fact]
    public Task Commit_LargerThanASegment_IsSplitAndStoredAsOne() => Turns.RunAsync(async () =>
    {
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, new PartitionLogOptions());
        storage.Writes.Clear();
        var value = $"\"{new string('x', 282)}\"";

        await owner.CommitAsync([.. Enumerable.Range(0, 20_000).Select(i => new LogChange($"key{i}", value))]);

        Assert.InRange(storage.Writes.Count(w => w.Kind == Journal.Kind), 10, 16);
        var next = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        Assert.Equal(20_000, next.State.Count);
        Assert.All(next.State.Values, v => Assert.Equal(value, v));
    });

    [Theory]
    [InlineData(1, 5000)]
    [InlineData(400, 20)]
    [InlineData(30, 700)]
    public Task Commit_LargerThanTheJournal_IsDividedAndStored(int changes, int size) => Turns.RunAsync(async () =>
    {
        // The whole journal has 64 slots with segments of 200 bytes.
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows));

        var large =
            owner.CommitAsync([.. Enumerable.Range(0, changes).Select(i => new LogChange($"k{i}", $"\"{new string('x', size)}\""))]);
        var after = new LogChange("k0", "1");
        while (!owner.Log.HasRoomFor([after]))
        {
            await Task.Yield();
        }

        // This change must not be stored before the rest of the large one.
        var last = owner.CommitAsync(after);
        await last;
        Assert.True(large.IsCompletedSuccessfully);

        Assert.Null(owner.Log.Failure);
        Assert.Equal(owner.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State);
    });

    [Fact]
    public Task Checkpoint_WhenAsked_FoldsEverythingIntoPages() => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        await owner.CommitAsync([.. Enumerable.Range(0, 20).Select(i => new LogChange($"k{i}", $"{i}"))]);
        await owner.Log.CheckpointAsync();
        await owner.Log.CloseAsync();
        _rows.Remove("segment/");
        _rows.Remove("delta/");

        var next = await TestOwner.OpenAsync(new FaultyStorage(_rows));

        Assert.Equal(owner.State, next.State);
    });

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(10_000)]
    public Task Commit_DuringALongFold_WaitsAndContinuesWhenItEnds(int wholeBytes) => Turns.RunAsync(async () =>
    {
        var slow = new TaskCompletionSource();
        var storage = new FaultyStorage(_rows)
        {
            Gate = call => call is { IsWrite: true, Kind: ItemsSlot.DeltaKind } ? slow.Task : Task.CompletedTask
        };
        var owner = await TestOwner.OpenAsync(storage,
            TestOwner.Small with { WholeBytes = wholeBytes, JournalSlots = 1024, FoldAfterBytes = 1 << 20 });
        var commits = new List<Task>();

        // Commit whenever there is room, for enough turns to fill the journal.
        for (var turn = 0; turn < 20_000; turn++)
        {
            var change = new LogChange($"k{turn % 7}", $"\"{new string('x', 150)}\"");
            if (owner.Log.HasRoomFor([change]))
            {
                commits.Add(owner.CommitAsync(change));
            }

            await Task.Yield();
        }

        Assert.InRange(commits.Count, 600, 10_000);
        Assert.False(commits[^1].IsCompleted);
        slow.SetResult();
        await Task.WhenAll(commits);
        await owner.PutAsync("last", "1");

        Assert.Equal(owner.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State);
    });

    [Fact]
    public Task Commit_ForLong_KeepsTheNumberOfRows() => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        for (var i = 0; i < 3000; i++)
        {
            await owner.PutAsync($"k{i % 50}", $"{i}");
        }

        await owner.Log.CloseAsync();

        // The journal's slots, the pages, the manifest, and two generations of deltas.
        Assert.InRange(_rows.Count, 1, 64 + 4 + 1 + 30);
        Assert.Equal(owner.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State);
    });

    [Fact]
    public async Task Commit_InASmallAndALargePartition_CostsAboutTheSame()
    {
        var small = await BytesPerCommitAsync(100);
        var large = await BytesPerCommitAsync(20_000);

        // Both stay within a small multiple of the journal's own cost, which is about 500 bytes here.
        Assert.InRange(small, 300, 2500);
        Assert.InRange(large, 300, 2500);
        TestContext.Current.TestOutputHelper?.WriteLine($"{small:F0} bytes for a commit with 100 items, {large:F0} with 20,000.");
    }

    [Fact]
    public Task Open_ManyTimesWithoutACommit_DoesNotFillTheJournal() => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        await owner.PutAsync("a", "1");
        for (var i = 0; i < 200; i++)
        {
            owner = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        }

        await owner.PutAsync("b", "1");
        Assert.Equal(2, (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State.Count);
    });

    [Fact]
    public Task Commit_AfterClose_IsRefused() => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        var last = owner.PutAsync("a", "1");

        await owner.Log.CloseAsync();

        Assert.True(last.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<PartitionFencedException>(() => owner.PutAsync("a", "2"));
    });

    [Fact]
    public Task Open_RecordOfANewerVersion_ReportsIt() => Turns.RunAsync(async () =>
    {
        var storage = new FaultyStorage(_rows);
        await storage.WriteStateAsync("manifest", GrainId.Create("ot-log", "p0-manifest"),
            new GrainState<ManifestRecord>(new ManifestRecord { Version = 99 }));

        var error = await Assert.ThrowsAsync<PartitionStorageException>(() => TestOwner.OpenAsync(storage));

        Assert.Contains("version 99", error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public Task Open_APageIsMissing_IsAnErrorUnlessLossIsAccepted() => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows));
        await owner.CommitAsync([.. Enumerable.Range(0, 20).Select(i => new LogChange($"k{i}", $"{i}"))]);
        await owner.Log.CheckpointAsync();
        _rows.Remove("page/ot-log/p0-p1");

        await Assert.ThrowsAsync<PartitionStorageException>(() => TestOwner.OpenAsync(new FaultyStorage(_rows)));
        var next = await TestOwner.OpenAsync(new FaultyStorage(_rows), TestOwner.Small with { AcceptLostRecords = true });

        Assert.InRange(next.State.Count, 1, 19);
    });

    private static async Task<double> BytesPerCommitAsync(int items)
    {
        const int Commits = 20_000;
        var rows = new StoredRows();
        var spent = 0L;
        await Turns.RunAsync(async () =>
        {
            var options = new PartitionLogOptions();
            var value = $"\"{new string('x', 282)}\"";
            var owner = await TestOwner.OpenAsync(new FaultyStorage(rows), options);
            await owner.CommitAsync([.. Enumerable.Range(0, items).Select(i => new LogChange($"key{i}", value))]);
            await owner.Log.CheckpointAsync();
            var before = rows.BytesWritten;
            for (var i = 0; i < Commits; i++)
            {
                await owner.PutAsync($"key{(long)i * 7919 % items}", value);
            }

            await owner.Log.CloseAsync();
            spent = rows.BytesWritten - before;
        });
        return (double)spent / Commits;
    }
}
