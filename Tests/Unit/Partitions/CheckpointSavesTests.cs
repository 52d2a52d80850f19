using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Policies;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which checkpoints count.</summary>
public sealed class CheckpointSavesTests
{
    private static readonly Guid Activation = Guid.Parse("00000000-0000-0000-0000-00000000000a");

    [Theory]
    [InlineData(1, 0, 0, 1, true)]
    [InlineData(0, 0, 0, 1, true)]
    [InlineData(1, 1, 1, 1, false)]
    [InlineData(1, 1, 1, 2, true)]
    [InlineData(2, 1, 1, 1, false)]
    [InlineData(2, 0, 0, 1, false)]
    [InlineData(2, 1, 2, 2, true)]
    [InlineData(2, 0, 3, 2, false)]
    public void Decide_OfAStoredRun_AcceptsOnlyItsPresentAttempt(int attempts, int ended, int savedBy, int attempt, bool isStored)
    {
        var run = Run(attempts, ended, savedBy == 0 ? null : new RunCheckpoint { Attempt = savedBy });
        Assert.Equal(isStored ? CheckpointReply.Stored : CheckpointReply.Refused,
            CheckpointSaves.Decide(run, new RunCheckpoint { Attempt = attempt }));
    }

    [Fact]
    public void Decide_OfAnotherRun_KnowsNoneOrRefusesAnEndedOne()
    {
        Assert.Equal(CheckpointReply.Unknown, CheckpointSaves.Decide(null, new RunCheckpoint { Attempt = 1 }));
        var ended = Run(1, 0, null) with
        {
            Result = new TaskResult { RunId = new RunId("task", Activation), Registry = Guid.Empty },
        };
        Assert.Equal(CheckpointReply.Refused, CheckpointSaves.Decide(ended, new RunCheckpoint { Attempt = 1 }));
    }

    [Fact]
    public void Store_OfALateRepetition_KeepsTheNewerCheckpoint()
    {
        var newer = new RunCheckpoint { Attempt = 1, Number = 5 };
        var run = CheckpointSaves.Store(Run(0, 0, null), newer, Activation);
        Assert.Equal((1, Activation), (run.Attempts, run.Marker));
        Assert.Same(run, CheckpointSaves.Store(run, newer with { Number = 4 }, Activation));

        var next = CheckpointSaves.Store(run with { EndedAttempts = 1 }, newer with { Attempt = 2, Number = 1 }, Activation);
        Assert.Equal(2, next.Checkpoint!.Attempt);
    }

    [Fact]
    public void Store_OfARunThatComesWithItsFirstCheckpoint_RecordsTheStart()
    {
        var first = new RunCheckpoint { Attempt = 1, Number = 1 };
        var run = CheckpointSaves.Store(Run(0, 0, first) with { Guarantee = RunGuarantee.AtMostOnce }, first, Activation);
        Assert.Equal((1, Activation, true), (run.Attempts, run.Marker, run.MayBeUnderWay));
        Assert.Same(run, CheckpointSaves.Store(run, first, Activation));
    }

    [Theory]
    [InlineData(null, 1, 0, false)]
    [InlineData(1, 1, 0, true)]
    [InlineData(1, 2, 0, false)]
    [InlineData(3, 3, 9, true)]
    [InlineData(3, 3, 10, false)]
    public void IsSpared_AttemptThatSavedSomething_TenTimesInARow(int? savedBy, int attempt, int spared, bool expected) =>
        Assert.Equal(expected, LostAttempts.IsSpared(savedBy is { } by ? new RunCheckpoint { Attempt = by } : null, attempt, spared));

    [Fact]
    public void After_WithTheOutcomeOfAnAttempt_KeepsTheCheckpoint()
    {
        var checkpoint = new RunCheckpoint { Attempt = 1, Number = 1, Value = [1] };
        var after = Run(1, 0, checkpoint).After(Run(1, 1, null) with { SparedLosses = 2 });
        Assert.Equal((checkpoint, 2, 1), (after.Checkpoint, after.SparedLosses, after.EndedAttempts));
    }

    private static StoredRun Run(int attempts, int ended, RunCheckpoint? checkpoint) => new()
    {
        RunId = new RunId("task", Activation),
        Attempts = attempts,
        EndedAttempts = ended,
        Checkpoint = checkpoint,
    };
}
