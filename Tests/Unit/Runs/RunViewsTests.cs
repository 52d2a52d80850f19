using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how a run is shown to people.</summary>
public sealed class RunViewsTests
{
    private static readonly DateTimeOffset At = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Guid Activation = Guid.Parse("00000000-0000-0000-0000-00000000000a");
    private static readonly TaskEntry Task = new() { Name = "task", Handler = "handler" };

    [Theory]
    [InlineData(nameof(RunPhase.Pending), RunStatus.Pending, true)]
    [InlineData(nameof(RunPhase.Waiting), RunStatus.Waiting, false)]
    [InlineData(nameof(RunPhase.Running), RunStatus.Running, false)]
    public void ToInfo_OfARunInMemory_ShowsItsPlace(string phase, RunStatus status, bool hasNext)
    {
        var run = new ActiveRun
        {
            Facts = new RunFacts { Id = new RunId("task", Activation) },
            Phase = Enum.Parse<RunPhase>(phase),
            DueAt = At,
            StartedAt = At.AddHours(-1)
        };
        var info = RunViews.ToInfo(run);
        Assert.Equal((status, status, hasNext ? At : null, At.AddHours(-1)),
            (info.Status, RunViews.StatusOf(run), info.NextAttemptAt, info.StartedAt));
        Assert.Null(info.WaitingFor);
    }

    [Fact]
    public void ToInfo_OfARunOnASilo_ShowsWhatItWaitsFor()
    {
        var order = RunForms.ToOrder(new RunFacts { Id = new RunId("task", Activation) }, Task, 1);
        var there = new RunningRun(null!, order, null!, null!, default);
        var run = new ActiveRun
        {
            Facts = RunForms.FactsOf(order),
            Phase = RunPhase.Running,
            Local = there,
            StartedAt = At,
            Awaits = [new RunId("a", Activation)]
        };
        Assert.Equal((RunStatus.Waiting, RunStatus.Waiting, "a free place on its silo"),
            (RunViews.StatusOf(run), RunViews.ToInfo(run).Status, RunViews.ToInfo(run).WaitingFor));

        there.StartedAt = At.AddSeconds(1);
        Assert.Equal((RunStatus.Running, At.AddSeconds(1)), (RunViews.ToInfo(run).Status, RunViews.ToInfo(run).StartedAt));
        Assert.Equal($"the run a~{Activation:N}, for which its handler waits", RunViews.ToInfo(run).WaitingFor);
        run.Awaits = [.. run.Awaits, new RunId("b", Activation), new RunId("c", Activation)];
        Assert.Equal($"the run a~{Activation:N} and 2 more, for which its handler waits", RunViews.ToInfo(run).WaitingFor);

        run.Awaits = [Awaited.OfBatch(Activation), new RunId("c", Activation)];
        Assert.Equal($"the batch {Activation} and 1 more, for which its handler waits", RunViews.ToInfo(run).WaitingFor);
        Assert.Equal([new RunId("c", Activation)], RunViews.ToInfo(run).Awaits);
        Assert.Equal([Activation], RunViews.ToInfo(run).AwaitsBatches);

        run.Move(RunEvent.Wait, "something");
        Assert.Equal("something", RunViews.ToInfo(run).WaitingFor);
    }
}
