using OrleansTasks.Groups;

namespace OrleansTasks.Tests.Unit.Groups;

/// <summary>Tests that a group keeps its limits when storage loses one of their records.</summary>
public sealed class LostGroupTests
{
    private static readonly RunGroup Two = new() { MaxConcurrentRuns = 2 };

    [Fact]
    public async Task Open_StorageUnreadable_IsRetryable()
    {
        var storage = new FaultyStorage { IsShut = true };
        Assert.True((await Assert.ThrowsAsync<PartitionMovedException>(new GroupRecords(storage, "mail").ReadAsync)).StorageFails);
    }

    [Theory]
    [InlineData("/g-mail", "its record 'g-mail' is missing")]
    [InlineData("/c-mail", "the copy 'c-mail'")]
    public async Task Open_OneRecordMissing_UsesTheOtherAndReportsItOnce(string lost, string said)
    {
        var rig = new GroupRig().With(new RunGroup { MaxConcurrentRuns = 1 });
        await rig.Put(Two);
        rig.Storage.Lose(lost);

        var next = await OpenAsync(rig.Storage);
        Assert.Equal(2, next.Core.Describe().Limits.MaxConcurrentRuns);
        Assert.Contains(said, Assert.Single(next.Log.Of(704)));
        Assert.Equal(2, rig.Storage.Rows.Count());

        var third = await OpenAsync(rig.Storage);
        Assert.Empty(third.Log.Lines);
        await third.Put(new RunGroup { MaxConcurrentRuns = 3 });
        Assert.Equal(3, (await OpenAsync(rig.Storage)).Core.Describe().Limits.MaxConcurrentRuns);
    }

    [Fact]
    public async Task Open_RecordOfAnEarlierVersion_IsUsedAndCopied()
    {
        var storage = new FaultyStorage();
        var record = new GrainState<RunGroupRecord>(new StoredGroup { Limits = Two }.ToRecord());
        await storage.WriteStateAsync("group", GrainId.Create("ot-group", "g-mail"), record);

        var rig = await OpenAsync(storage);
        Assert.Equal(2, rig.Core.Describe().Limits.MaxConcurrentRuns);
        storage.Lose("/g-mail");
        Assert.Equal(2, (await OpenAsync(storage)).Core.Describe().Limits.MaxConcurrentRuns);
        Assert.Empty(rig.Log.Lines);
    }

    [Fact]
    public async Task Open_LimitsChangedByAnEarlierVersion_UsesThem()
    {
        var storage = new GroupRig().With(Two).Storage;
        var id = GrainId.Create("ot-group", "g-mail");
        var record = new GrainState<RunGroupRecord>();
        await storage.ReadStateAsync("group", id, record);
        record.State = new StoredGroup { Limits = new RunGroup { MaxConcurrentRuns = 7 } }.ToRecord();
        await storage.WriteStateAsync("group", id, record);

        Assert.Equal(7, (await OpenAsync(storage)).Core.Describe().Limits.MaxConcurrentRuns);
        Assert.Empty((await OpenAsync(storage)).Log.Lines);
    }

    [Fact]
    public async Task Open_RecordCannotBeRewritten_StillHasTheLimits()
    {
        var rig = new GroupRig().With(Two);
        rig.Storage.Lose("/g-mail");
        rig.Storage.Next = FaultyStorage.Fault.Refused;
        Assert.Equal(2, (await OpenAsync(rig.Storage)).Core.Describe().Limits.MaxConcurrentRuns);
    }

    /// <summary>The partition still knows that limits were stored.</summary>
    [Theory]
    [InlineData("nobody")]
    [InlineData("code")]
    [InlineData("somebody")]
    public async Task Open_BothRecordsMissing_ReportsItOnceAndAcceptsNewLimits(string sets)
    {
        var before = new GroupRig().With(Two);
        Assert.True(before.IsKnown);
        before.Storage.Lose("/g-mail");
        before.Storage.Lose("/c-mail");

        var next = new GroupRig(before.Storage) { IsKnown = true };
        var open = next.Turns.Do(() => next.Core.OpenAsync());
        var set = sets switch
        {
            "code" => next.Turns.Do(() => next.Core.DefineAsync(Two, again: true)),
            "somebody" => next.Put(Two),
            _ => Task.CompletedTask
        };
        await Task.WhenAll(open, set);
        Assert.Single(next.Log.Of(705));
        Assert.Equal(sets == "nobody" ? null : 2, next.Core.Describe().Limits.MaxConcurrentRuns);

        var third = new GroupRig(before.Storage) { IsKnown = true };
        await third.Turns.Do(() => third.Core.OpenAsync());
        Assert.Empty(third.Log.Lines);
        Assert.Equal(sets == "nobody" ? null : 2, third.Core.Describe().Limits.MaxConcurrentRuns);
    }

    [Fact]
    public async Task Open_BothRecordsMissingWhileThePartitionIsUnavailable_ReportsItLater()
    {
        var rig = new GroupRig { IsKnown = true };
        var answer = new TaskCompletionSource<bool>();
        rig.Marks.On(nameof(IGroupMarks.NoteAsync), _ => answer.Task);
        await rig.Turns.Do(() => rig.Core.OpenAsync());
        answer.SetException(new TimeoutException());
        rig.Turns.Run();
        Assert.Empty(rig.Log.Of(705));

        rig.Marks.On(nameof(IGroupMarks.NoteAsync), static _ => Task.FromResult(true));
        rig.Pass(GroupHolders.LookPeriod);
        Assert.Single(rig.Log.Of(705));
    }

    /// <summary>
    /// After a loss, each silo sends the limits from its configuration again. A silo may not know that another configuration has replaced
    /// its own.
    /// </summary>
    [Theory]
    [InlineData(8, 2)]
    [InlineData(7, null)]
    public async Task Configure_AfterAllRecordsWereLost_RestoresTheCurrentConfiguration(long number, int? limit)
    {
        var before = new GroupRig().With(new RunGroup { MaxConcurrentRuns = 3 });
        before.Storage.Lose("/g-mail");
        before.Storage.Lose("/c-mail");

        var rig = await OpenAsync(before.Storage);
        rig.Marks.On(nameof(IGroupMarks.IsInForceAsync), static a => Task.FromResult((long)a[0]! == 8));
        await rig.Turns.Do(() => rig.Core.ConfigureAsync(Two, number, again: true));
        Assert.Equal(limit, rig.Core.Describe().Limits.MaxConcurrentRuns);

        // Without a loss, the group asks nobody and keeps the limits that were set since.
        await rig.Turns.Do(() => rig.Core.ConfigureAsync(Two, 8, again: false));
        await rig.Put(new RunGroup { MaxConcurrentRuns = 5 });
        var asked = rig.Marks.CallsOf(nameof(IGroupMarks.IsInForceAsync)).Count();
        await rig.Turns.Do(() => rig.Core.ConfigureAsync(Two, 8, again: true));
        Assert.Equal((5, asked),
            (rig.Core.Describe().Limits.MaxConcurrentRuns, rig.Marks.CallsOf(nameof(IGroupMarks.IsInForceAsync)).Count()));
    }

    [Fact]
    public async Task Open_OfAGroupThatWasNeverSet_StoresNothing()
    {
        var rig = await OpenAsync(new FaultyStorage());
        Assert.Null(rig.Core.Describe().Limits.MaxConcurrentRuns);
        Assert.Equal(0, rig.Storage.Writes);
    }

    private static async Task<GroupRig> OpenAsync(FaultyStorage storage)
    {
        var rig = new GroupRig(storage);
        await rig.Turns.Do(() => rig.Core.OpenAsync());
        return rig;
    }
}
