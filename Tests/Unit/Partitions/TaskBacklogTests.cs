using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit.Partitions;

/// <summary>Tests how a partition finds the stored runs of one task.</summary>
public sealed class TaskBacklogTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TaskBacklog _backlog = [];

    [Fact]
    public void TryTakeDue_ManyRuns_ReturnsDueRunsInOrderAndOnce()
    {
        var runs = Enumerable.Range(0, 10).Select(n => Add(Noon.AddMinutes(-n))).ToList();
        Add(Noon.AddSeconds(1));

        Assert.Equal(Enumerable.Reverse(runs), Take());
        Assert.Empty(Take());
        Assert.False(_backlog.HasDue(Noon));
        Assert.True(_backlog.HasDue(Noon.AddSeconds(1)));
    }

    [Fact]
    public void TryTakeDue_ReturnedOrRescheduledRun_ReturnsItWhenDue()
    {
        var (back, moved) = (Add(Noon), Add(Noon));
        Take();
        _backlog[back] = false;
        _backlog.Set(Run(moved, Noon.AddMinutes(1)), false);
        _backlog[moved] = false;

        Assert.Equal([back], Take());
        Assert.Equal([moved], Take(Noon.AddMinutes(1)));
    }

    [Fact]
    public void Remove_RunsOfTheFarFuture_LeavesNothingBehind()
    {
        foreach (var run in Enumerable.Range(0, 10_000).Select(n => Add(Noon.AddYears(10))).ToList())
        {
            _backlog.Remove(run);
        }

        Assert.Equal(0, _backlog.Count);
        Assert.InRange(_backlog.QueueLength, 0, 100);
    }

    [Fact]
    public void CallOff_SomeRuns_ReturnsOnlyThose()
    {
        var (old, handed, @new) = (Add(Noon.AddDays(1)), Add(Noon.AddDays(1)), Add(Noon.AddDays(1)));
        _backlog[handed] = true;

        _backlog.CallOff(run => run != @new);
        Assert.True(_backlog.TryTakeCalledOff(out var taken));
        Assert.False(_backlog.TryTakeCalledOff(out _));
        _backlog[handed] = false;

        Assert.Equal(old, taken);
        Assert.True(_backlog.TryTakeCalledOff(out var again));
        Assert.Equal(handed, again);
    }

    private static StoredRun Run(Guid id, DateTimeOffset due) => new() { RunId = new RunId("t", id), DueAt = due };

    private Guid Add(DateTimeOffset due)
    {
        var run = Run(Guid.NewGuid(), due);
        _backlog.Set(run, false);
        return run.RunId.Value;
    }

    private List<Guid> Take(DateTimeOffset? horizon = null)
    {
        var taken = new List<Guid>();
        while (_backlog.TryTakeDue(horizon ?? Noon, out var run))
        {
            taken.Add(run);
        }

        return taken;
    }
}
