using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

public sealed class OutageTests
{
    private readonly StoredRows _rows = new();

    [Fact]
    public Task Commit_FoldLargerThanTheJournalExpects_DoesNotStall() => Turns.RunAsync(async () =>
    {
        await TestOwner.OpenAsync(new FaultyStorage(_rows));
        var owner = await TestOwner.OpenAsync(new FaultyStorage(_rows),
            TestOwner.Small with { FoldAfterSegments = 1000, JournalSlots = 4000, FoldAfterBytes = 1 << 20 });
        for (var i = 0; i < 300; i++)
        {
            await owner.PutAsync("a", $"{i}");
        }

        Assert.Equal("299", (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State["a"]);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Commit_OutcomeUnknown_IsDetermined(bool done) => Turns.RunAsync(async () =>
    {
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage);
        var failures = 1;
        storage.Plan = call => call.IsWrite && failures-- > 0 ? (done ? Fault.FailAfter : Fault.FailBefore) : Fault.None;
        storage.Writes.Clear();

        await owner.PutAsync("a", "1");

        Assert.Equal(done ? 1 : 2, storage.Writes.Count);
        Assert.Equal("1", (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State["a"]);
    });

    [Fact]
    public Task Commit_DuringAnOutage_WaitsAndIsLoggedOnce() => Turns.RunAsync(async () =>
    {
        var log = new CountingLogger();
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, log: log);
        var failures = 10;
        storage.Plan = call => failures-- > 0 ? Fault.FailBefore : Fault.None;

        await owner.PutAsync("a", "1");
        await owner.PutAsync("a", "2");

        Assert.Equal([LogLevel.Warning, LogLevel.Information], log.Levels);
    });

    /// <summary>A full disk can still be read.</summary>
    [Fact]
    public Task Commit_StorageReadableButNotWritable_IsLoggedOnceUntilItRecovers() => Turns.RunAsync(async () =>
    {
        var log = new CountingLogger();
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, log: log);
        var failures = 15;
        storage.Plan = call => call.IsWrite && failures-- > 0 ? Fault.FailBefore : Fault.None;

        var commit = owner.PutAsync("a", "1");
        while (!commit.IsCompleted)
        {
            await owner.Log.VerifyAsync();
        }

        await commit;
        Assert.Equal([LogLevel.Warning, LogLevel.Information], log.Levels);
    });

    /// <summary>An operation that gives up does not show that storage works.</summary>
    [Fact]
    public void Health_ManyFailures_IsReportedOnceAndRecoversWithTheLast()
    {
        var log = new CountingLogger();
        var health = new StorageHealth(log);
        health.Works("p1");
        foreach (var what in new[] { "p1", "p2", "p3", "p1" })
        {
            health.Fails(what, new IOException("full"));
        }

        health.Works("p1");
        health.GivesUp("p2");
        health.GivesUp("p3");
        Assert.Equal([LogLevel.Warning], log.Levels);

        health.Fails("p2", new IOException("full"));
        health.Works("p3");
        Assert.Equal([LogLevel.Warning], log.Levels);
        health.Works("p2");
        health.Works("p1");
        Assert.Equal([LogLevel.Warning, LogLevel.Information], log.Levels);
    }

    [Fact]
    public Task Commit_StorageFailsForTooLong_FailsAndStopsTheLog() => Turns.RunAsync(async () =>
    {
        var time = new FakeTimeProvider();
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, time: time);
        storage.Plan = _ => Fault.FailBefore;

        var commit = owner.PutAsync("a", "1");
        while (!commit.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<PartitionStorageException>(() => commit);
        Assert.Throws<PartitionStorageException>(() => owner.Log.EnsureRoom(1, 1));
        await Assert.ThrowsAsync<PartitionStorageException>(() => owner.PutAsync("a", "2"));
    });

    [Fact]
    public Task Commit_BeyondTheQueueLimit_IsRejected() => Turns.RunAsync(async () =>
    {
        var released = new TaskCompletionSource();
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage, new PartitionLogOptions { MaxQueuedChanges = 3 });
        storage.Gate = _ => released.Task;
        var waiting = Enumerable.Range(0, 3).Select(i => owner.PutAsync($"k{i}", "1")).ToList();

        var error = await Assert.ThrowsAsync<TasksOverloadedException>(() => owner.PutAsync("k4", "1"));

        Assert.Equal(TimeSpan.FromSeconds(1), error.RetryAfter);
        Assert.False(owner.State.ContainsKey("k4"));
        released.SetResult();
        await Task.WhenAll(waiting);
        await owner.PutAsync("k4", "1");
    });

    [Fact]
    public Task Commit_FasterThanSlowCompaction_NeitherStallsNorLoses() => Turns.RunAsync(async () =>
    {
        var storage = new FaultyStorage(_rows);
        var owner = await TestOwner.OpenAsync(storage);
        storage.Gate = async call =>
        {
            for (var i = call.Kind == Journal.Kind ? 0 : 200; i > 0; i--)
            {
                await Task.Yield();
            }
        };
        var commits = new List<Task>();
        for (var i = 0; i < 4000; i++)
        {
            LogChange[] change = [new($"k{i % 40}", $"\"{i}\"")];
            while (!owner.Log.HasRoomFor(change))
            {
                await Task.Yield();
            }

            commits.Add(owner.CommitAsync(change));
        }

        await Task.WhenAll(commits);
        Assert.Equal(owner.State, (await TestOwner.OpenAsync(new FaultyStorage(_rows))).State);
    });
}
