using OrleansTasks.Calls;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests what subscribers see when a silo is lost during a write: a number that was reported missing stays missing.</summary>
public sealed class SealedHistoryTests
{
    private const string Page = "history/ot-history/t-t/0";
    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(1);

    /// <summary>Without a request, no gap has been reported, so the late result counts.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task History_OfASuccessor_IsUnaffectedByLateWrites(bool isAsked, int kept)
    {
        var storage = await StoredAsync();
        var next = Next(storage, 8);
        if (isAsked)
        {
            var told = await next.Do(static c => c.Queries.HistoryAsync(0, 10));
            Assert.Equal([1L], told.Results.Select(static r => r.Sequence));
            Assert.Equal((1L, 8L), (told.LastSequence, told.FinalThrough));
        }

        storage.Land();
        Assert.Equal(kept, (await Next(storage, 16).Do(static c => c.Queries.HistoryAsync(0, 10))).Results.Count);
    }

    [Fact]
    public async Task History_NotSealed_IsNotReturned()
    {
        var storage = await StoredAsync();
        var next = Next(storage, 8);
        storage.Refuses = "history/";
        await Assert.ThrowsAsync<PartitionMovedException>(() => next.Do(static c => c.Queries.HistoryAsync(0, 10)));

        storage.Refuses = null;
        Assert.Single((await next.Do(static c => c.Queries.HistoryAsync(0, 10))).Results);
    }

    /// <summary>A replaced activation does not answer, whether its silo was declared dead or not.</summary>
    [Fact]
    public async Task History_OfAReplacedActivation_IsNotReturned()
    {
        var next = Next(await StoredAsync(), 8);
        next.Partition.On(nameof(IPartition.ReserveAsync), static _ => Task.FromException(new StaleTaskException("t")));
        var asked = 0;
        next.Partition.On(nameof(IPartition.AttachAsync),
            _ => asked++ == 0 ? Task.FromResult(next.Brief()) : Task.FromException<Briefing>(new ReplacedTaskException("t")));
        await Assert.ThrowsAsync<PartitionMovedException>(() => next.Do(static c => c.Queries.HistoryAsync(0, 10)));
        Assert.True(next.HasLeftMemory);
    }

    /// <summary>Nothing is missing, so the answer needs no write.</summary>
    [Fact]
    public async Task History_AfterAGracefulLeave_WritesNothing()
    {
        var storage = new MemoryStorage();
        await RunAsync(new TaskRig(storage: storage));
        var next = Next(storage, 1);
        storage.Refuses = "history/";
        var told = await next.Do(static c => c.Queries.HistoryAsync(0, 10));
        Assert.Equal((1L, 1L), (told.LastSequence, told.FinalThrough));
    }

    /// <summary>Reserved numbers that are still unused are not reported as final, since they are about to be used.</summary>
    [Fact]
    public async Task History_OfAnActiveTask_IsFinalUpToTheLastUsedNumber()
    {
        var rig = new TaskRig();
        await RunAsync(rig);
        await RunAsync(rig);
        Assert.Equal(2, (await rig.Do(static c => c.Queries.HistoryAsync(0, 10))).FinalThrough);
    }

    /// <summary>Returns a storage with one result, and another whose write was in progress when the silo was lost.</summary>
    private static async Task<MemoryStorage> StoredAsync()
    {
        var storage = new MemoryStorage();
        var lost = new TaskRig(storage: storage);
        await RunAsync(lost);
        storage.WritesLate = Page;
        await RunAsync(lost);
        storage.WritesLate = null;
        return storage;
    }

    private static async Task RunAsync(TaskRig rig)
    {
        var running = rig.Do(static c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        rig.End(rig.Started[^1]);
        await running;
        rig.Pass(Flush);
    }

    /// <summary>Creates the next activation. Its partition says up to which number numbers were reserved.</summary>
    private static TaskRig Next(MemoryStorage storage, long used) => new(storage: storage) { Briefs = b => b with { Sequence = used } };
}
