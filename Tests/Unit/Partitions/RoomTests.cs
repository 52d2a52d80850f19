using OrleansTasks.Policies;

namespace OrleansTasks.Tests.Unit.Partitions;

/// <summary>Tests how many batches and groups a partition accepts.</summary>
public sealed class RoomTests
{
    [Fact]
    public async Task AddBatch_LimitLowered_RejectsNewBatchesAndKeepsExistingOnes()
    {
        var rig = new PartitionRig();
        var batches = Enumerable.Range(0, 3).Select(static _ => Guid.NewGuid()).ToList();
        foreach (var batch in batches)
        {
            await AddAsync(rig, batch);
        }

        var next = new PartitionRig(rig.Storage);
        next.Options.Limits.MaxBatchesPerPartition = 1;
        var error = await Assert.ThrowsAsync<TasksOverloadedException>(() => AddAsync(next, Guid.NewGuid()));

        Assert.Contains("has 3 batches, which is its limit (TasksOptions.Limits.MaxBatchesPerPartition)", error.Message,
            StringComparison.Ordinal);
        await AddAsync(next, batches[0]);
        next.Options.Limits.MaxBatchesPerPartition = 4;
        await AddAsync(next, Guid.NewGuid());
        await Assert.ThrowsAsync<TasksOverloadedException>(() => AddAsync(next, Guid.NewGuid()));
    }

    /// <summary>The limits are stored between the two calls.</summary>
    [Fact]
    public async Task AdmitGroup_EarlierGroupsNotStoredYet_CountsThem()
    {
        var rig = new PartitionRig();
        rig.Options.Limits.MaxGroupsPerPartition = 2;
        await AdmitAsync(rig, "a");
        await AdmitAsync(rig, "b");
        await AdmitAsync(rig, "a");
        await Assert.ThrowsAsync<TasksOverloadedException>(() => AdmitAsync(rig, "c"));

        Assert.False(await rig.Do(static c => c.Groups.NoteAsync("a", isStored: true)));
        await Assert.ThrowsAsync<TasksOverloadedException>(() => AdmitAsync(rig, "c"));
        rig.Clock.Advance(CallTimes.Longest + TimeSpan.FromSeconds(1));
        await AdmitAsync(rig, "c");

        Assert.False(await rig.Do(static c => c.Groups.NoteAsync("c", isStored: true)));
        var error = await Assert.ThrowsAsync<TasksOverloadedException>(() => AdmitAsync(rig, "b"));
        Assert.Contains("has 2 groups, which is its limit (TasksOptions.Limits.MaxGroupsPerPartition)", error.Message,
            StringComparison.Ordinal);
    }

    /// <summary>The partition accepts groups from code, from configuration and from earlier versions beyond the limit.</summary>
    [Fact]
    public async Task NoteGroup_BeyondTheLimit_IsAcceptedAndCounted()
    {
        var rig = new PartitionRig();
        rig.Options.Limits.MaxGroupsPerPartition = 1;
        foreach (var group in new[] { "a", "b", "c" })
        {
            await rig.Do(c => c.Groups.NoteAsync(group, isStored: true));
        }

        var next = new PartitionRig(rig.Storage);
        next.Options.Limits.MaxGroupsPerPartition = 3;
        await AdmitAsync(next, "b");
        await Assert.ThrowsAsync<TasksOverloadedException>(() => AdmitAsync(next, "d"));
    }

    private static Task AddAsync(PartitionRig rig, Guid batch) => rig.Do(c => c.Batches.AddAsync(batch));

    private static Task AdmitAsync(PartitionRig rig, string group) => rig.Do(c => c.Groups.AdmitAsync(group));
}
