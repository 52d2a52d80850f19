using OrleansTasks.Operations;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests which state a dead letter is in, and which of them an operation applies to.</summary>
public sealed class DeadLettersTests
{
    [Theory]
    [InlineData(new DeadLetterState[0], false, DeadLetterState.Open)]
    [InlineData(new DeadLetterState[0], true, DeadLetterState.Retried)]
    [InlineData(new[] { DeadLetterState.Acknowledged }, false, DeadLetterState.Acknowledged)]
    [InlineData(new[] { DeadLetterState.Acknowledged }, true, DeadLetterState.Retried)]
    [InlineData(new[] { DeadLetterState.Retried, DeadLetterState.Acknowledged }, false, DeadLetterState.Retried)]
    [InlineData(new[] { DeadLetterState.Retried, DeadLetterState.Discarded }, true, DeadLetterState.Discarded)]
    [InlineData(new[] { DeadLetterState.Discarded, DeadLetterState.Retried }, false, DeadLetterState.Retried)]
    public void DeadLetter_AfterMarks_IsWhatWasDoneLast(DeadLetterState[] marks, bool hasRetry, DeadLetterState expected)
    {
        var run = new RunInfo
        {
            RunId = new RunId("t", Guid.NewGuid()),
            Status = RunStatus.Failed,
            Marks = [.. marks.Select(static s => new RunMark { State = s })],
            RetriedBy = hasRetry ? new RunId("t", Guid.NewGuid()) : null,
        };
        Assert.Equal(expected, run.DeadLetter);
        Assert.Null((run with { Status = RunStatus.Cancelled }).DeadLetter);
    }

    [Fact]
    public void Add_ManyMarks_KeepsTheLastOnesAndNoRepetition()
    {
        IReadOnlyList<RunMark> marks = [];
        for (var n = 0; n < 50; n++)
        {
            var mark = new RunMark { State = DeadLetterState.Acknowledged, Note = $"{n}", At = DateTimeOffset.UnixEpoch.AddDays(n) };
            marks = DeadLetters.Add(marks, mark)!;
            Assert.Null(DeadLetters.Add(marks, mark with { At = mark.At.AddHours(1) }));
        }

        Assert.Equal(DeadLetters.MaxMarks, marks.Count);
        Assert.Equal("49", marks[^1].Note);
    }

    [Theory]
    [InlineData(RunAction.Retry, new DeadLetterState[0], false, false)]
    [InlineData(RunAction.Retry, new[] { DeadLetterState.Open }, true, true)]
    [InlineData(RunAction.Retry, new[] { DeadLetterState.Open, DeadLetterState.Retried }, false, true)]
    [InlineData(RunAction.Acknowledge, new DeadLetterState[0], true, false)]
    [InlineData(RunAction.Discard, new DeadLetterState[0], true, false)]
    [InlineData(RunAction.Discard, new[] { DeadLetterState.Discarded }, false, true)]
    public void Scope_OfAQuery_LeavesOutDiscardedRunsThatAreNotNamed(RunAction action, DeadLetterState[] states, bool shrinks,
        bool discarded)
    {
        var asked = DateTimeOffset.UnixEpoch;
        var scope = RunScope.Of(action, new RunQuery { DeadLetters = states }, asked);
        var run = new RunInfo
        {
            RunId = new RunId("t", Guid.NewGuid()),
            Status = RunStatus.Failed,
            Marks = [new RunMark { State = DeadLetterState.Discarded }],
        };
        Assert.Equal((shrinks, discarded), (scope.Shrinks, scope.Takes(run)));
        Assert.DoesNotContain(RunStatus.Succeeded, scope.Query.Statuses);
        Assert.Equal(asked.AddTicks(1), scope.Query.To);
    }
}
