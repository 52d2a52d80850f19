using OrleansTasks.Calls;

namespace OrleansTasks.Tests.Unit;

/// <summary>What subscribers are told of a task whose silo was lost while storage was writing: a number that is missing stays missing.</summary>
public sealed class SealedHistoryTests
{
    private const string Page = "history/ot-history/t-t/0";
    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(1);

    /// <summary>Whoever was not asked has told nobody of a gap, and so the result counts.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task History_OfASuccessor_IsNotChangedByWhatTheLostOwnerStillWrites(bool isAsked, int kept)
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
    public async Task History_ThatCannotBeSealed_IsNotTold()
    {
        var storage = await StoredAsync();
        var next = Next(storage, 8);
        storage.Refuses = "history/";
        await Assert.ThrowsAsync<PartitionMovedException>(() => next.Do(static c => c.Queries.HistoryAsync(0, 10)));

        storage.Refuses = null;
        Assert.Single((await next.Do(static c => c.Queries.HistoryAsync(0, 10))).Results);
    }

    /// <summary>A silo that was taken for dead, and another one that lives, are not heeded any more.</summary>
    [Fact]
    public async Task History_OfAnActivationThatWasReplaced_IsNotTold()
    {
        var next = Next(await StoredAsync(), 8);
        next.Partition.On(nameof(IPartition.ReserveAsync), static _ => Task.FromException(new StaleTaskException("t")));
        var asked = 0;
        next.Partition.On(nameof(IPartition.AttachAsync), _ => asked++ == 0 ? Task.FromResult(next.Brief()) : Task.FromException<Briefing>(new ReplacedTaskException("t")));
        await Assert.ThrowsAsync<PartitionMovedException>(() => next.Do(static c => c.Queries.HistoryAsync(0, 10)));
        Assert.True(next.HasLeftMemory);
    }

    /// <summary>Nothing is missing, and nothing has to be written before it is told.</summary>
    [Fact]
    public async Task History_OfATaskThatWasLeftInGoodOrder_WritesNothing()
    {
        var storage = new MemoryStorage();
        await RunAsync(new TaskRig(storage: storage));
        var next = Next(storage, 1);
        storage.Refuses = "history/";
        var told = await next.Do(static c => c.Queries.HistoryAsync(0, 10));
        Assert.Equal((1L, 1L), (told.LastSequence, told.FinalThrough));
    }

    /// <summary>Numbers that were set apart and not used are not told as final: they are about to be used.</summary>
    [Fact]
    public async Task History_OfATaskAtWork_IsFinalUpToTheLastNumberThatWasUsed()
    {
        var rig = new TaskRig();
        await RunAsync(rig);
        await RunAsync(rig);
        Assert.Equal(2, (await rig.Do(static c => c.Queries.HistoryAsync(0, 10))).FinalThrough);
    }

    /// <summary>One result is stored, and one is being written when the silo is lost.</summary>
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

    /// <summary>The next activation, which hears that so many numbers were set apart.</summary>
    private static TaskRig Next(MemoryStorage storage, long used) => new(storage: storage) { Briefs = b => b with { Sequence = used } };
}
