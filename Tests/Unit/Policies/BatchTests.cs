using CsCheck;

namespace OrleansTasks.Tests.Unit.Policies;

/// <summary>A batch counts each of its runs once.</summary>
public sealed class BatchTests
{
    private static readonly RunStatus[] Ends = [RunStatus.Succeeded, RunStatus.Failed, RunStatus.Cancelled, RunStatus.Lost];
    private static readonly DateTimeOffset At = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void With_AnyReportsInAnyOrder_CountsEachRunOnce() =>
        Gen.Select(Gen.Int[1, 50], Gen.Select(Gen.Int[-1, 51], Gen.Int[0, 3].Select(n => Ends[n])).Array[0, 200]).Sample((total, reports) =>
        {
            var state = Of(total, null);
            foreach (var (index, status) in reports)
            {
                state = state.With(index, status);
            }

            var first = reports.Where(r => r.Item1 >= 0 && r.Item1 < total).DistinctBy(r => r.Item1).ToList();
            Assert.Equal(first.Count(r => r.Item2 == RunStatus.Succeeded), state.Succeeded);
            Assert.Equal(first.Count(r => r.Item2 == RunStatus.Cancelled), state.Cancelled);
            Assert.Equal(first.Count(r => r.Item2 is RunStatus.Failed or RunStatus.Lost), state.Failed);
            Assert.Equal(first.Count == total, state.AllEnded);
            Assert.Equal(total - first.Count, state.ToInfo(Guid.Empty).Pending);
        });

    [Theory]
    [InlineData(ContinuationTrigger.Succeeded, true, true)]
    [InlineData(ContinuationTrigger.Succeeded, false, false)]
    [InlineData(ContinuationTrigger.Failed, true, false)]
    [InlineData(ContinuationTrigger.Failed, false, true)]
    [InlineData(ContinuationTrigger.Finished, true, true)]
    [InlineData(ContinuationTrigger.Finished, false, true)]
    public void IsFollowed_AfterAllHaveEnded_IsAsTheTriggerSays(ContinuationTrigger on, bool allSucceeded, bool expected)
    {
        var state = Of(2, new Continuation("then") { On = on }).With(0, RunStatus.Succeeded).With(1, allSucceeded ? RunStatus.Succeeded : RunStatus.Cancelled);

        Assert.Equal(expected, state.IsFollowed);
        Assert.False(Of(1, null).IsFollowed);
    }

    [Fact]
    public void Errors_BeyondTen_AreLeftOut()
    {
        var state = Enumerable.Range(0, 20).Aggregate(Of(20, null), (s, n) => s.With(n, RunStatus.Failed, $"error {n}"));

        Assert.Equal(BatchState.MaxErrors, state.Errors.Count);
        Assert.Equal(20, state.Failed);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(8, 1)]
    [InlineData(9, 2)]
    [InlineData(10_000, 1250)]
    public void Of_SoManyRuns_HasABitForEach(int total, int bytes) => Assert.Equal(bytes, Of(total, null).Ended.Length);

    private static BatchState Of(int total, Continuation? then) => BatchState.Of(new BatchRequest { Items = [.. Enumerable.Range(0, total).Select(_ => new BatchItem("a"))], Then = then }, At, null);
}
