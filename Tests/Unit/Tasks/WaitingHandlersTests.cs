using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests what a task tells callers that wait for a batch about its runs.</summary>
public sealed class WaitingHandlersTests
{
    private static readonly Guid Batch = Guid.NewGuid();
    private static readonly RunId Other = new("other", Guid.NewGuid());

    [Fact]
    public async Task OfBatch_RunningRuns_ListsWhatTheyWaitFor()
    {
        var rig = new TaskRig();
        await DispatchAsync(rig, 3, Batch);
        await DispatchAsync(rig, 1, Guid.NewGuid());
        Assert.Equal((true, 0), (Of(rig).IsAtWork, Of(rig).Awaiting.Count));

        var waiting = rig.Started[1].Order.RunId;
        await rig.Do(c => c.Waits.TakeAsync(waiting.Value, Other, begins: true));
        await rig.Do(c => c.Waits.TakeAsync(waiting.Value, Awaited.OfBatch(Batch), begins: true));
        await rig.Do(c => c.Waits.TakeAsync(rig.Started[3].Order.RunId.Value, Other, begins: true));
        var told = Assert.Single(Of(rig).Awaiting);
        Assert.Equal(waiting, told.Run);
        Assert.Equal([Other, Awaited.OfBatch(Batch)], told.Awaits);

        await rig.Do(c => c.Waits.TakeAsync(waiting.Value, Awaited.OfBatch(Batch), begins: false));
        Assert.Equal([Other], Assert.Single(Of(rig).Awaiting).Awaits);
        rig.End(rig.Started[0]);
        rig.End(rig.Started[2]);
        Assert.False(Of(rig).IsAtWork);
        rig.End(rig.Started[1]);
        Assert.Empty(Of(rig).Awaiting);
    }

    [Fact]
    public async Task OfBatch_RunsWithoutAPlace_ReportsWhatOneWaitsFor()
    {
        var rig = new TaskRig(new TaskOptions { MaxConcurrentRuns = 1 });
        await DispatchAsync(rig, 1, Guid.NewGuid());
        await DispatchAsync(rig, 2, Batch);

        var work = Of(rig);
        Assert.Equal((false, RunStatus.Waiting), (work.IsAtWork, work.Waiting?.Status));
        Assert.NotNull(work.Waiting?.WaitingFor);
    }

    /// <summary>The place of a run that waits for a batch is free for that batch's runs.</summary>
    [Fact]
    public async Task Take_WaitForABatch_LendsThePlace()
    {
        var rig = new TaskRig(new TaskOptions { MaxConcurrentRuns = 1 });
        await DispatchAsync(rig, 1, Guid.NewGuid());
        await DispatchAsync(rig, 1, Batch);
        Assert.Single(rig.Started);

        var waiting = rig.Started[0].Order.RunId.Value;
        await rig.Do(c => c.Waits.TakeAsync(waiting, Awaited.OfBatch(Batch), begins: true));
        Assert.Equal(2, rig.Started.Count);
        Assert.False(await rig.Do(c => c.Waits.TakeAsync(waiting, Awaited.OfBatch(Batch), begins: false)));
        rig.End(rig.Started[1]);
        Assert.True(await rig.Do(c => c.Waits.TakeAsync(waiting, Awaited.OfBatch(Batch), begins: false)));
    }

    /// <summary>The size of an answer is limited. A later request returns other runs.</summary>
    [Fact]
    public async Task OfBatch_VeryManyWaitingRuns_ReportsOthersEachTime()
    {
        const int Many = 150;
        var rig = new TaskRig();
        await DispatchAsync(rig, Many, Batch);
        foreach (var run in rig.Started.ToList())
        {
            await rig.Do(c => c.Waits.TakeAsync(run.Order.RunId.Value, Other, begins: true));
        }

        var told = Enumerable.Range(0, 3).Select(_ => Of(rig).Awaiting.Select(static r => r.Run).ToList()).ToList();
        Assert.All(told, static t => Assert.Equal(64, t.Count));
        Assert.Equal(Many, told.SelectMany(static t => t).Distinct().Count());
    }

    private static BatchWork Of(TaskRig rig) => rig.Core.Waits.OfBatch(Batch);

    private static async Task DispatchAsync(TaskRig rig, int count, Guid batch)
    {
        for (var n = 0; n < count; n++)
        {
            await rig.Do(
                c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid(), Batch = new BatchMember(batch, n) }));
        }
    }
}
