using System.Text.Json;
using CsCheck;
using OrleansTasks.Batches;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit.Batches;

/// <summary>Tests that a batch counts each of its runs once.</summary>
public sealed class BatchStateTests
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
    public void IsFollowed_AllRunsEnded_FollowsTheTrigger(ContinuationTrigger on, bool allSucceeded, bool expected)
    {
        var state = Of(2, new Continuation("then") { On = on }).With(0, RunStatus.Succeeded)
            .With(1, allSucceeded ? RunStatus.Succeeded : RunStatus.Cancelled);

        Assert.Equal(expected, state.IsFollowed);
        Assert.False(Of(1, null).IsFollowed);
    }

    [Theory]
    [InlineData(new int[0], 9, "a,b,c")]
    [InlineData(new int[0], 2, "a,b")]
    [InlineData(new[] { 1 }, 9, "a,b,c")]
    [InlineData(new[] { 1, 3 }, 9, "a,c")]
    [InlineData(new[] { 0, 1, 2, 3, 4 }, 9, "")]
    public void PendingTasks_OfABatch_AreTheTasksOfUnfinishedRuns(int[] ended, int most, string expected)
    {
        var items = new[] { "a", "b", "a", "b", "c" }.Select(static t => new BatchItem(t)).ToList();
        var state = ended.Aggregate(BatchState.Of(new BatchRequest { Items = items }, At, null),
            static (s, n) => s.With(n, RunStatus.Succeeded));

        Assert.Equal(expected, string.Join(',', state.PendingTasks(most)));
        Assert.Equal(expected, string.Join(',', state.WithoutItems().PendingTasks(most)));
        Assert.Empty((state with { Items = null, Members = null }).PendingTasks(most));
    }

    [Fact]
    public void Errors_BeyondTen_AreOmitted()
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
    public void Of_ManyRuns_HasOneBitForEach(int total, int bytes) => Assert.Equal(bytes, Of(total, null).Ended.Length);

    [Theory]
    [InlineData(ContinuationTrigger.Succeeded, false)]
    [InlineData(ContinuationTrigger.Failed, true)]
    [InlineData(ContinuationTrigger.Finished, true)]
    public void IsFollowed_AfterACancellation_EqualsAnUnsuccessfulEnd(ContinuationTrigger on, bool expected)
    {
        var state = Of(1, new Continuation("then") { On = on }).Cancel(At, "alice").With(0, RunStatus.Succeeded);

        Assert.Equal(expected, state.IsFollowed);
    }

    [Fact]
    public void Cancel_CountsOnce_AndNotWhenAllHaveEnded()
    {
        var cancelled = Of(2, null).With(0, RunStatus.Succeeded).Cancel(At, "alice");

        Assert.Equal((BatchStatus.Cancelling, At, "alice"),
            (cancelled.ToInfo(Guid.Empty).Status, cancelled.CancelledAt, cancelled.CancelledBy));
        Assert.Same(cancelled, cancelled.Cancel(At.AddHours(1), "bob"));
        Assert.Equal(BatchStatus.Cancelled, (cancelled.With(1, RunStatus.Cancelled) with { FinishedAt = At }).ToInfo(Guid.Empty).Status);
        var ended = Of(1, null).With(0, RunStatus.Succeeded);
        Assert.Same(ended, ended.Cancel(At, "alice"));
        Assert.Equal((BatchStatus.Running, BatchStatus.Finished),
            (ended.ToInfo(Guid.Empty).Status, (ended with { FinishedAt = At }).ToInfo(Guid.Empty).Status));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(256, 1)]
    [InlineData(257, 2)]
    [InlineData(70_000, 4)]
    public void TaskOf_ItemsRemoved_IsKept(int names, int bytesEach)
    {
        var items = Enumerable.Range(0, names + 10).Select(n => new BatchItem($"t{n % names}")).ToList();

        var state =
            Read(JsonSerializer.Serialize(BatchState.Of(new BatchRequest { Items = items }, At, null).WithoutItems(), StoredJson.Options));

        Assert.Null(state.Items);
        Assert.Equal(bytesEach == 0 ? null : bytesEach * items.Count, state.Members!.Places?.Length);
        Assert.All(Enumerable.Range(0, items.Count), n => Assert.Equal(items[n].Task, state.TaskOf(n)));
    }

    [Fact]
    public void StateOfAnEarlierVersion_IsRead()
    {
        var state =
            Read("""{"items":null,"total":3,"succeeded":1,"failed":0,"cancelled":0,"ended":"AQ==","createdAt":"2026-03-02T08:00:00+00:"""
                + """00","errors":[]}""");

        Assert.Equal((3, 2, false, null), (state.Total, state.ToInfo(Guid.Empty).Pending, state.IsCancelled, state.TaskOf(1)));
        Assert.True(state.Cancel(At, null).With(1, RunStatus.Cancelled).With(2, RunStatus.Cancelled).AllEnded);
    }

    private static BatchState Read(string json) => JsonSerializer.Deserialize<BatchState>(json, StoredJson.Options)!;

    private static BatchState Of(int total, Continuation? then) =>
        BatchState.Of(new BatchRequest { Items = [.. Enumerable.Range(0, total).Select(_ => new BatchItem("a"))], Then = then }, At, null);
}
