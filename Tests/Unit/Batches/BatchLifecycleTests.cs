using System.Diagnostics;
using CsCheck;
using OrleansTasks.Batches;

namespace OrleansTasks.Tests.Unit.Batches;

/// <summary>Tests the phases of a batch and the transitions between them.</summary>
public sealed class BatchLifecycleTests
{
    private static readonly BatchPhase[] Phases = Enum.GetValues<BatchPhase>();
    private static readonly BatchEvent[] Events = Enum.GetValues<BatchEvent>();
    private static readonly DateTimeOffset At = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Table => new()
    {
        { nameof(BatchPhase.Unknown), "Make>Making Forget>Unknown" },
        { nameof(BatchPhase.Making), "GiveUp>Unknown Store>Dispatching" },
        { nameof(BatchPhase.Dispatching), "AllGiven>Running RunEnds>Dispatching LastRunEnds>Finishing Cancel>Cancelling Forget>Unknown" },
        { nameof(BatchPhase.Running), "RunEnds>Running LastRunEnds>Finishing Cancel>Cancelling Forget>Unknown" },
        { nameof(BatchPhase.Cancelling), "AllGiven>Cancelling RunEnds>Cancelling LastRunEnds>Finishing Forget>Unknown" },
        { nameof(BatchPhase.Finishing), "AllGiven>Finishing Finish>Ended Forget>Unknown" },
        { nameof(BatchPhase.Ended), "Forget>Unknown" },
    };

    /// <summary>Tries every phase with every event. Only transitions in the table are possible.</summary>
    [Theory]
    [MemberData(nameof(Table))]
    public void Next_EachPhaseWithEachEvent_MatchesTheTable(string name, string expected)
    {
        var phase = Enum.Parse<BatchPhase>(name);
        Assert.Equal(expected,
            string.Join(' ',
                Events.Where(e => BatchLifecycle.Next(phase, e) is not null).Select(e => $"{e}>{BatchLifecycle.Next(phase, e)}")));
    }

    [Fact]
    public void Phases_All_AreReachableAndLeadToAnEnd()
    {
        Assert.Equal(Phases, Reached(BatchPhase.Unknown));
        Assert.All(Phases, p => Assert.Contains(BatchPhase.Ended, Reached(p)));
        Assert.Equal(Table.Count, Phases.Length);
    }

    /// <summary>Any change of a stored batch leads to a phase that the table allows.</summary>
    [Fact]
    public void State_AfterAnyEvents_MatchesTheTable() =>
        Gen.Select(Gen.Int[1, 4], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3]).Array[1, 20]).Sample((total, steps) =>
        {
            var state = BatchState.Of(
                new BatchRequest { Items = [.. Enumerable.Range(0, total).Select(static n => new BatchItem($"t{n % 2}"))] }, At, null);
            foreach (var (what, index) in steps)
            {
                var (before, phase) = (state, BatchLifecycle.Of(state));
                var happens = what switch
                {
                    0 => BatchEvent.AllGiven,
                    1 => BatchEvent.Cancel,
                    2 => BatchEvent.Finish,
                    _ => index < total && !state.HasEnded(index) && state.Succeeded + state.Failed + state.Cancelled == total - 1
                        ? BatchEvent.LastRunEnds
                        : BatchEvent.RunEnds,
                };
                var next = BatchLifecycle.Next(phase, happens);
                if (happens == BatchEvent.Finish && next is null)
                {
                    Assert.Throws<UnreachableException>(() => state.Finish(At));
                    continue;
                }

                state = happens switch
                {
                    BatchEvent.AllGiven => state.WithoutItems(),
                    BatchEvent.Cancel => state.Cancel(At, "alice"),
                    BatchEvent.Finish => state.Finish(At),
                    _ => state.With(index, what == 3 ? RunStatus.Succeeded : RunStatus.Failed),
                };

                Assert.Equal(next ?? phase, BatchLifecycle.Of(state));
                Assert.True(next is not null || ReferenceEquals(before, state));
                Assert.Equal(total, state.ToInfo(Guid.Empty).Pending + state.Succeeded + state.Failed + state.Cancelled);
                Assert.All(Enumerable.Range(0, total), n => Assert.Equal($"t{n % 2}", state.TaskOf(n)));
            }
        });

    private static IEnumerable<BatchPhase> Reached(BatchPhase from)
    {
        var reached = new HashSet<BatchPhase> { from };
        while (reached.ToList().SelectMany(p => Events.Select(e => BatchLifecycle.Next(p, e))).OfType<BatchPhase>().Any(reached.Add))
        {
        }

        return reached.Order();
    }
}
