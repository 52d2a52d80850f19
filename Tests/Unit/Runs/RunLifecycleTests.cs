using System.Text;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>A run's life: which phases there are, and what leads from one to another.</summary>
public sealed class RunLifecycleTests
{
    private static readonly RunPhase[] Phases = Enum.GetValues<RunPhase>();
    private static readonly RunEvent[] Events = Enum.GetValues<RunEvent>();

    public static TheoryData<string, string> Table => new()
    {
        { nameof(RunPhase.Ready), "Queue>Queued Claim>Claiming Wait>Waiting AskGroup>AskingGroup Start>Starting Order>Running Park>Parking Rest>Pending End>Ended" },
        { nameof(RunPhase.Queued), "Dequeue>Ready Park>Parking Rest>Pending End>Ended" },
        { nameof(RunPhase.Claiming), "Granted>Ready Park>Parking Rest>Pending End>Ended" },
        { nameof(RunPhase.Waiting), "Wait>Waiting AskGroup>AskingGroup Start>Starting Order>Running Park>Parking Rest>Pending End>Ended" },
        { nameof(RunPhase.AskingGroup), "Wait>Waiting Start>Starting Order>Running Park>Parking Rest>Pending End>Ended" },
        { nameof(RunPhase.Starting), "Wait>Waiting Start>Starting Order>Running Park>Parking Rest>Pending End>Ended" },
        { nameof(RunPhase.Running), "Wait>Waiting Refused>Starting Park>Parking Rest>Pending End>Ended" },
        { nameof(RunPhase.Parking), "Park>Parking Rest>Pending End>Ended" },
        { nameof(RunPhase.Pending), "Park>Parking Rest>Pending Due>Ready End>Ended" },
        { nameof(RunPhase.Ended), "" },
    };

    /// <summary>Every phase with every event: what is not in the table cannot follow.</summary>
    [Theory]
    [MemberData(nameof(Table))]
    public void Next_OfEachPhaseWithEachEvent_IsAsTheTableSays(string name, string expected)
    {
        var phase = Enum.Parse<RunPhase>(name);
        Assert.Equal(expected, string.Join(' ', Events.Where(e => RunLifecycle.Next(phase, e) is not null).Select(e => $"{e}>{RunLifecycle.Next(phase, e)}")));
    }

    [Fact]
    public void Phases_AllAreReached_AndFromEachTheRunCanEnd()
    {
        var reached = new HashSet<RunPhase> { RunPhase.Ready };
        while (reached.ToList().SelectMany(p => Events.Select(e => RunLifecycle.Next(p, e))).OfType<RunPhase>().Any(reached.Add))
        {
        }

        Assert.Equal(Phases, reached.Order());
        Assert.All(Phases.Where(p => p != RunPhase.Ended), p => Assert.Equal(RunPhase.Ended, RunLifecycle.Next(p, RunEvent.End)));
        Assert.Equal(Table.Count, Phases.Length);
    }

    [Fact]
    public void Move_OfEachPhaseWithEachEvent_ChangesItOrSaysWhyNot()
    {
        foreach (var (phase, happens) in Phases.SelectMany(p => Events.Select(e => (p, e))))
        {
            var run = new ActiveRun { Facts = new RunFacts { Id = new RunId("task", Guid.Empty) }, Phase = phase };
            if (RunLifecycle.Next(phase, happens) is { } next)
            {
                run.Move(happens, "something");
                Assert.Equal((next, "something"), (run.Phase, run.WaitingFor));
            }
            else
            {
                var error = Assert.Throws<InvalidOperationException>(() => run.Move(happens, "something"));
                Assert.Equal($"{run.RunId} is {phase}, after which {happens} cannot happen.", error.Message);
                Assert.Equal((phase, RunLifecycle.ReasonOf(phase)), (run.Phase, run.WaitingFor));
            }
        }
    }

    [Theory]
    [InlineData(nameof(RunPhase.Ready), RunStatus.Waiting, null)]
    [InlineData(nameof(RunPhase.Queued), RunStatus.Waiting, "the run of an earlier occurrence to end")]
    [InlineData(nameof(RunPhase.Claiming), RunStatus.Waiting, "its partition to note that it starts")]
    [InlineData(nameof(RunPhase.Waiting), RunStatus.Waiting, null)]
    [InlineData(nameof(RunPhase.AskingGroup), RunStatus.Waiting, null)]
    [InlineData(nameof(RunPhase.Starting), RunStatus.Waiting, null)]
    [InlineData(nameof(RunPhase.Running), RunStatus.Running, null)]
    [InlineData(nameof(RunPhase.Parking), RunStatus.Waiting, "its partition to note what its last attempt came to")]
    [InlineData(nameof(RunPhase.Pending), RunStatus.Pending, null)]
    [InlineData(nameof(RunPhase.Ended), RunStatus.Running, null)]
    public void StatusOf_AndReasonOf_EachPhase(string name, RunStatus status, string? reason)
    {
        var phase = Enum.Parse<RunPhase>(name);
        Assert.Equal((status, reason), (RunLifecycle.StatusOf(phase), RunLifecycle.ReasonOf(phase)));
    }

    /// <summary>The diagram in the documents is drawn from the table.</summary>
    [Fact]
    public void Diagram_InTheDocuments_IsThatOfTheTable()
    {
        var document = File.ReadAllText(Path.Combine(Snapshots.Root, "docs", "run-lifecycle.md")).ReplaceLineEndings("\n");
        Assert.Contains(Diagram(), document, StringComparison.Ordinal);
        Assert.All(Phases, p => Assert.Contains($"| `{p}` |", document, StringComparison.Ordinal));
        Assert.All(Events, e => Assert.Contains($"| `{e}` |", document, StringComparison.Ordinal));
    }

    /// <summary>What leads from everywhere to the same phase is drawn once.</summary>
    private static string Diagram()
    {
        var alive = Phases.Where(p => p != RunPhase.Ended).ToList();
        var common = Events.Where(e => alive.TrueForAll(p => RunLifecycle.Next(p, e) is not null)).ToList();
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n    [*] --> Ready\n    state NotEnded {\n");
        foreach (var (from, happens) in alive.SelectMany(p => Events.Except(common).Where(e => RunLifecycle.Next(p, e) is not null).Select(e => (p, e))))
        {
            text.Append(null, $"        {from} --> {RunLifecycle.Next(from, happens)}: {happens}\n");
        }

        text.Append("    }\n");
        foreach (var happens in common)
        {
            text.Append(null, $"    NotEnded --> {RunLifecycle.Next(RunPhase.Ready, happens)}: {happens}\n");
        }

        return text.Append("    Ended --> [*]\n```\n").ToString();
    }
}
