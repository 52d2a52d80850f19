using System.Text.Json;
using CsCheck;
using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests storage that loses single records or its last writes.</summary>
public sealed class LossTests
{
    private readonly StoredRows _rows = new();
    private readonly List<StorageNotice> _notices = [];

    private PartitionLogOptions Options => TestOwner.Small with { Notify = _notices.Add };

    public static TheoryData<string> Traces => ["segment", "page", "delta"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public Task Open_SegmentsMissing_KeepsLaterItemsAndReportsTheLoss(int lost) => Turns.RunAsync(async () =>
    {
        var large = Options with { FoldAfterBytes = 1 << 20, JournalSlots = 1024, FoldAfterSegments = 200 };
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows), large);
        await owner.PutAsync("before", "1");
        var from = _rows.Writes;
        for (var i = 0; i < lost; i++)
        {
            await owner.CommitAsync(new LogChange($"lost{i}", "1"), new LogChange($"lost{i}b", "1"));
        }

        _rows.GoBackTo(from);
        for (var i = 0; i < 40; i++)
        {
            await owner.PutAsync($"after{i}", $"{i}");
        }

        var next = await TestOwner.OpenAsync(new FaultyStorage(_rows), large);

        Assert.Equal(["before", .. Enumerable.Range(0, 40).Select(i => $"after{i}")],
            next.State.Keys.OrderBy(k => owner.State.Keys.ToList().IndexOf(k)));
        var notice = Assert.Single(_notices);
        Assert.Equal(TaskEventKind.StorageLost, notice.Kind);
        Assert.Contains($"{lost} segment", notice.Text, StringComparison.Ordinal);
        Assert.Contains($"with {lost * 2} acknowledged changes", notice.Text, StringComparison.Ordinal);

        // The gap is reported once only.
        _notices.Clear();
        Assert.Equal(next.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows), large)).State);
        Assert.Empty(_notices);
    });

    [Fact]
    public Task Open_GapLargerThanTheSearch_IsFoundByTheOwnerLater() => Turns.RunAsync(async () =>
    {
        var large = Options with { FoldAfterBytes = 1 << 20, JournalSlots = 1024, FoldAfterSegments = 200, LookAhead = 16 };
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows), large);
        await owner.PutAsync("before", "1");
        var from = _rows.Writes;
        for (var i = 0; i < 100; i++)
        {
            await owner.PutAsync("lost", $"{i}");
        }

        _rows.GoBackTo(from);
        await owner.PutAsync("after", "1");
        var second = await TestOwner.OpenAsync(new FaultyStorage(_rows), large);
        await second.PutAsync("second", "1");
        while (await second.Log.VerifyAsync())
        {
        }

        Assert.IsType<StrandedSegmentException>(await second.Log.Lost);
        var third = await TestOwner.OpenAsync(new FaultyStorage(_rows), large);
        Assert.Equal(["after", "before", "second"], third.State.Keys.Order());
        Assert.Contains(_notices, n => n.Kind == TaskEventKind.StorageLost);
    });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 60)]
    [InlineData(10_000, 60)]
    public Task Verify_StorageWentBack_RewritesFromMemory(int wholeBytes, int lost) => Turns.RunAsync(async () =>
    {
        var options = Options with { WholeBytes = wholeBytes };
        var owner = await OpenAndLoseAsync(options, lost);
        await owner.Log.VerifyAsync();
        await owner.PutAsync("after", "1");
        await owner.Log.CloseAsync();

        var next = await TestOwner.OpenAsync(new FaultyStorage(_rows), options);
        Assert.Equal(owner.State, next.State);
        Assert.Equal([TaskEventKind.StorageWentBack], _notices.Select(n => n.Kind));
    });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 60)]
    [InlineData(10_000, 60)]
    public Task Close_UndetectedStorageRollback_RewritesFromMemory(int wholeBytes, int lost) => Turns.RunAsync(async () =>
    {
        var options = Options with { WholeBytes = wholeBytes };
        var owner = await OpenAndLoseAsync(options, lost);
        await owner.Log.CloseAsync();

        Assert.Equal(owner.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows), options)).State);
        Assert.Equal([TaskEventKind.StorageWentBack], _notices.Select(n => n.Kind));
    });

    [Fact]
    public Task Close_DuringARewrite_WaitsForIt() => Turns.RunAsync(async () =>
    {
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, Options);
        await owner.PutAsync("before", "1");
        var from = _rows.Writes;
        await owner.PutAsync("lost", "1");
        _rows.GoBackTo(from);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        storage.Gate = call => call is { IsWrite: true, Kind: ItemsSlot.PageKind } ? gate.Task : Task.CompletedTask;
        await owner.Log.VerifyAsync();

        var closing = owner.Log.CloseAsync();
        Assert.False(closing.IsCompleted);
        gate.SetResult();
        await closing;

        Assert.Equal(owner.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows), Options)).State);
    });

    [Fact]
    public Task Commit_AfterAnErrorThatHidesALoss_FindsItBeforeItAcknowledges() => Turns.RunAsync(async () =>
    {
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, Options);
        await owner.PutAsync("before", "1");
        var from = _rows.Writes;
        await owner.PutAsync("lost", "1");
        var failures = 1;
        storage.Plan = call => failures-- > 0 ? Fault.FailBefore : Fault.None;

        _rows.GoBackTo(from);
        await owner.PutAsync("after", "1");
        Assert.Equal([TaskEventKind.StorageWentBack], _notices.Select(n => n.Kind));
        await owner.Log.CloseAsync();

        Assert.Equal(owner.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows), Options)).State);
    });

    [Fact]
    public Task Verify_NothingIsLost_WritesNothing() => Turns.RunAsync(async () =>
    {
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, Options);
        for (var i = 0; i < 100; i++)
        {
            await owner.PutAsync($"k{i % 7}", $"{i}");
            await owner.Log.VerifyAsync();
        }

        var writes = storage.Writes.Count;
        while (await owner.Log.VerifyAsync())
        {
        }

        Assert.Equal(writes, storage.Writes.Count);
        Assert.Empty(_notices);
    });

    [Fact]
    public Task Open_ClaimLost_ReadsItemsOfItsOwner() => Turns.RunAsync(async () =>
    {
        var first = await TestOwner.OpenAsync(new FaultyStorage(_rows), Options);
        await first.PutAsync("a", "1");
        var manifest = _rows.Read("manifest/ot-log/p0-manifest")!.Value;
        var second = await TestOwner.OpenAsync(new FaultyStorage(_rows), Options);
        await second.PutAsync("b", "1");

        // Only this record goes back, as if it were on a separate shard.
        var now = _rows.Read("manifest/ot-log/p0-manifest")!.Value;
        _rows.Write("manifest/ot-log/p0-manifest", manifest.Data, now.ETag);
        var third = await TestOwner.OpenAsync(new FaultyStorage(_rows), Options);

        Assert.Equal(["a", "b"], third.State.Keys.Order());
        await Assert.ThrowsAsync<PartitionFencedException>(() => second.PutAsync("c", "1"));
    });

    [Theory, MemberData(nameof(Traces))]
    public Task Open_TheManifestIsMissing_IsAnErrorThatNamesIt(string trace) => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows), Options with { WholeBytes = trace == "delta" ? 10_000 : 0 });
        await owner.CommitAsync([.. Enumerable.Range(0, 20).Select(i => new LogChange($"k{i}", $"{i}"))]);
        await owner.Log.CheckpointAsync();
        await owner.Log.CloseAsync();
        foreach (var other in _rows.Keys.Where(k => !k.StartsWith(trace, StringComparison.Ordinal)))
        {
            _rows.RemoveOne(other);
        }

        var left = _rows.Count;
        var error = await Assert.ThrowsAsync<PartitionStorageException>(() => TestOwner.OpenAsync(new FaultyStorage(_rows), Options));

        Assert.True(error.IsPermanent);
        Assert.Contains("'manifest manifest' of partition 'p0' is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("add 'p0/manifest' to TasksOptions.AcceptedLosses", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{trace} ", error.Message, StringComparison.Ordinal);
        Assert.Equal(left, _rows.Count);
    });

    [Fact]
    public Task Open_ManifestAndSegmentsOfAKnownPartitionMissing_IsAnError() => Turns.RunAsync(async () =>
    {
        var error = await Assert.ThrowsAsync<PartitionStorageException>(
            () => TestOwner.OpenAsync(new FaultyStorage(_rows), Options with { HasExisted = () => Task.FromResult(true) }));

        Assert.Contains("the registry of partitions has it", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _rows.Count);
    });

    [Fact]
    public Task Open_MissingManifestAccepted_StartsEmptyAndIgnoresTheRemains() => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows), Options);
        for (var i = 0; i < 5000; i++)
        {
            await owner.PutAsync($"k{i % 9}", $"{i}");
        }

        await owner.Log.CloseAsync();
        _rows.Remove("manifest/");
        var accepted = Options with { AcceptedLosses = new HashSet<string> { "p0/manifest" } };

        // The test's clock is still where the first owner began, so that the journal's numbers are ahead of it.
        var next = await TestOwner.OpenAsync(new FaultyStorage(_rows), accepted);
        Assert.Empty(next.State);
        Assert.Equal([TaskEventKind.StorageLost], _notices.Select(n => n.Kind));
        for (var i = 0; i < 200; i++)
        {
            await next.PutAsync($"n{i % 9}", $"{i}");
        }

        Assert.Equal(next.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows), accepted)).State);
    });

    [Theory]
    [InlineData("page", -1)]
    [InlineData("delta", -1)]
    [InlineData("delta", 0)]
    public Task Open_ARecordIsOlderThanItsManifest_IsAnErrorThatNamesIt(string kind, long generation) => Turns.RunAsync(async () =>
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows), Options with { WholeBytes = kind == "delta" ? 10_000 : 0 });
        await owner.CommitAsync([.. Enumerable.Range(0, 20).Select(i => new LogChange($"k{i}", $"{i}"))]);
        await owner.Log.CheckpointAsync();
        await owner.Log.CloseAsync();
        var manifest = JsonSerializer.Deserialize<ManifestRecord>(_rows.Read("manifest/ot-log/p0-manifest")!.Value.Data)!;
        var slot = kind == "page" ? ItemsSlot.Page(manifest.Pages[0]) : ItemsSlot.Delta(manifest.Generation, 0);
        var (data, etag) = _rows.Read($"{kind}/ot-log/p0-{slot}")!.Value;
        var record = JsonSerializer.Deserialize<ItemsRecord>(data)!;
        (record.Stamp, record.Generation) = (record.Stamp - 1, generation);
        _rows.Write($"{kind}/ot-log/p0-{slot}", JsonSerializer.SerializeToUtf8Bytes(record), etag);

        var error = await Assert.ThrowsAsync<PartitionStorageException>(() => TestOwner.OpenAsync(new FaultyStorage(_rows), Options));

        Assert.Contains($"'{kind} {slot}' of partition 'p0' is older than the manifest that names it", error.Message,
            StringComparison.Ordinal);
        Assert.Contains($"add 'p0/{slot}' to TasksOptions.AcceptedLosses", error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public Task Fold_ManifestStoredWithoutAResponse_OverwritesNoPageItNames() => Turns.RunAsync(async () =>
    {
        var options = Options with
        {
            RetryLimit = TimeSpan.Zero,
            FoldAfterBytes = 1 << 20,
            FoldAfterSegments = 16,
            CheckpointMinDeltas = 100
        };
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, options);
        for (var i = 0; i < 14; i++)
        {
            await owner.PutAsync($"k{i}", "1");
        }

        // The manifest of the first fold is stored, but its writer gets an error. The process then dies in the second fold, after the first
        // delta.
        var (failed, deltas) = (false, 0);
        storage.Plan = call =>
        {
            if (call is { IsWrite: true, Kind: ManifestWriter.Kind } && !failed)
            {
                failed = true;
                return Fault.FailAfter;
            }

            return failed && call is { IsWrite: true, Kind: ItemsSlot.DeltaKind } && deltas++ == 0 ? Fault.CrashAfter : Fault.None;
        };
        var commits = Enumerable.Range(14, 3).Select(i => owner.PutAsync($"k{i}", "1")).ToList();
        await storage.Crashed;

        var next = await TestOwner.OpenAsync(new FaultyStorage(_rows), options);
        Assert.All(Enumerable.Range(0, 14).Concat(Enumerable.Range(14, 3).Where(i => commits[i - 14].IsCompletedSuccessfully)),
            i => Assert.True(next.State.ContainsKey($"k{i}"), $"k{i} is lost."));
    });

    [Fact]
    public void Reopen_AfterStorageWentBack_HasLaterAcknowledgedItemsAndReportsTheLoss()
        => Gen.Int[0, 10_000_000].Sample(seed => Turns.RunAsync(() => new Forgetting(seed).RunAsync()).GetAwaiter().GetResult(), iter: 400);

    /// <summary>Creates an owner whose storage has gone back behind its last writes.</summary>
    private async Task<TestOwner> OpenAndLoseAsync(PartitionLogOptions options, int lost)
    {
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows), options);
        await owner.PutAsync("before", "1");
        var from = _rows.Writes;
        for (var i = 0; i < lost; i++)
        {
            await owner.PutAsync($"k{i % 7}", $"{i}");
        }

        _rows.GoBackTo(from);
        return owner;
    }
}
