using OrleansTasks.Client;
using OrleansTasks.Grains;

namespace OrleansTasks.Tests.Unit.Client;

/// <summary>Tests that an answer with runs has a limited size.</summary>
public sealed class RunsAnswerTests
{
    private const int Size = 100_000;
    private const long MaxBytes = 3 * (Size + 10_000);

    [Fact]
    public void Add_EndedRunsThatDoNotFit_EndsTheAnswer()
    {
        var answer = new RunsAnswer(MaxBytes);

        answer.Add(Enumerable.Range(0, 10).Select(n => Ended(10 - n)));

        Assert.True(answer.IsFull);
        Assert.Equal([10L, 9, 8], answer.Runs.Select(r => r.Result!.Sequence));
    }

    [Fact]
    public void Add_UnfinishedRuns_AreAllIncludedWithoutLargeParts()
    {
        var answer = new RunsAnswer(MaxBytes);

        answer.Add(Enumerable.Range(0, 10).Select(_ => Pending()));
        answer.Add([Ended(1)]);

        Assert.Equal((10, 3), (answer.Runs.Count, answer.Runs.Count(r => r.Arguments is not null)));
        Assert.True(answer.IsFull);
        Assert.InRange(answer.Runs.Sum(AnswerPage.SizeOf), 1, MaxBytes + 10_000);
    }

    [Fact]
    public void Add_OneOversizedRun_IsTheWholePage()
    {
        var answer = new RunsAnswer(10);

        answer.Add([Ended(2), Ended(1)]);

        Assert.Equal(2, Assert.Single(answer.Runs).Result!.Sequence);
    }

    private static RunInfo Pending() =>
        new() { RunId = new RunId("a", Guid.NewGuid()), Status = RunStatus.Pending, Arguments = [new string('x', Size)] };

    private static RunInfo Ended(long sequence)
    {
        var run = Pending();
        return run with
        {
            Status = RunStatus.Succeeded,
            Result = new TaskResult { RunId = run.RunId, Status = RunStatus.Succeeded, Sequence = sequence }
        };
    }
}
