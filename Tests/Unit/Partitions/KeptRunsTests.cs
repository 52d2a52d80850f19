using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit.Partitions;

/// <summary>Tests how a partition stores runs, and which changes it records for the log.</summary>
public sealed class KeptRunsTests
{
    private static readonly DateTimeOffset At = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TaskSlot _slot = new() { Entry = new TaskEntry { Name = "t", Handler = "h" } };
    private readonly List<(string Name, bool Exists)> _noted = [];
    private readonly RequestIds _requests;
    private readonly KeptRuns _runs;

    public KeptRunsTests()
    {
        _requests = new RequestIds((name, json) => _noted.Add((name, json is not null)));
        _runs = new KeptRuns(_ => _slot, _requests, (name, json) => _noted.Add((name, json is not null)));
    }

    [Fact]
    public void Set_EndedRun_IsNoLongerCounted()
    {
        var run = Run() with { Arguments = ["1234567"] };
        _runs.Set(run);
        Assert.Equal((1, run.Arguments!.Size), (_runs.Pending, _runs.PendingArguments));

        _runs.Set(run with { Result = Result(run) });

        Assert.Equal((1, 0, 0L), (_runs.Count, _runs.Pending, _runs.PendingArguments));
        Assert.Equal([(ItemNames.OfRun(run.RunId.Value), true), (ItemNames.OfRun(run.RunId.Value), true)], _noted);
    }

    [Fact]
    public void Restore_Run_RecordsNothing()
    {
        var run = Run();
        _runs.Restore(run);

        Assert.Empty(_noted);
        Assert.Equal((run, 1, 1), (_runs[run.RunId.Value], _runs.Pending, _slot.Runs!.Count));
    }

    [Fact]
    public void Release_Runs_KeepsTheirIds()
    {
        var (run, unknown) = (Run(), Guid.NewGuid());
        _runs.Set(run);
        _runs.Release([run.RunId.Value, unknown], At);

        Assert.Equal((0, 0, 0), (_runs.Count, _runs.Pending, _slot.Runs!.Count));
        Assert.NotNull(_requests.Find(run.RunId.Value));
        Assert.Null(_requests.Find(unknown));
    }

    [Fact]
    public void Take_ReleasedRun_DoesNotRestoreIt()
    {
        var run = Run();
        _runs.Set(run);
        _runs.Release([run.RunId.Value], At);

        Assert.False(_runs.Take(run));
        Assert.Equal(0, _runs.Count);
        Assert.True(_runs.Take(Run()));
    }

    [Fact]
    public void Take_EndedRun_KeepsItsEnd()
    {
        var run = Run();
        _runs.Set(run with { Result = Result(run) });

        Assert.True(_runs.Take(run with { Attempts = 3, EndedAttempts = 3 }));
        Assert.NotNull(_runs[run.RunId.Value].Result);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void SetAttempts_EndedRun_ChangesNothing(bool hasEnded, int expected)
    {
        var run = Run() with { Attempts = 1, Marker = Guid.NewGuid() };
        _runs.Set(hasEnded ? run with { Result = Result(run) } : run);
        _runs.SetAttempts(run.RunId.Value, 2);

        Assert.Equal((expected, hasEnded), (_runs[run.RunId.Value].Attempts, _runs[run.RunId.Value].Marker is not null));
    }

    [Fact]
    public void CallOff_AfterTheTaskWasCancelled_NamesItsRuns()
    {
        var (waiting, ended) = (Run(), Run());
        _runs.Set(waiting);
        _runs.Set(ended with { Result = Result(ended) });
        _runs.CallOff(_slot);
        Assert.False(_slot.Runs!.HasCalledOff);

        _slot.Entry = _slot.Entry! with { State = TaskState.Cancelled };
        _runs.CallOff(_slot);

        Assert.True(_slot.Runs.TryTakeCalledOff(out var calledOff));
        Assert.Equal(waiting.RunId.Value, calledOff);
        Assert.False(_slot.Runs.TryTakeCalledOff(out _));
    }

    private static StoredRun Run() => new() { RunId = new RunId("t", Guid.NewGuid()), DueAt = At, Trigger = RunTrigger.Dispatch };

    private static TaskResult Result(StoredRun run) => new() { RunId = run.RunId, Status = RunStatus.Succeeded, FinishedAt = At };
}
