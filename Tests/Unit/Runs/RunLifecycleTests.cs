using System.Diagnostics;
using System.Net;
using System.Text;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the phases of a run and the transitions between them.</summary>
public sealed class RunLifecycleTests
{
    private static readonly RunPhase[] Phases = Enum.GetValues<RunPhase>();
    private static readonly RunEvent[] Events = Enum.GetValues<RunEvent>();

    public static TheoryData<string, string> Table => new()
    {

        {
            nameof(RunPhase.Ready),
            "Queue>Queued Claim>Claiming Wait>Waiting AskGroup>AskingGroup Start>Starting Order>Running Park>Parking Rest>Pending End>Ended"
        },
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

    /// <summary>Tries every phase with every event. Only transitions in the table are possible.</summary>
    [Theory]
    [MemberData(nameof(Table))]
    public void Next_EachPhaseWithEachEvent_MatchesTheTable(string name, string expected)
    {
        var phase = Enum.Parse<RunPhase>(name);
        Assert.Equal(expected,
            string.Join(' ', Events.Where(e => RunLifecycle.Next(phase, e) is not null).Select(e => $"{e}>{To(phase, e)}")));
    }

    [Fact]
    public void Phases_All_AreReachableAndLeadToAnEnd()
    {
        var reached = new HashSet<RunPhase> { RunPhase.Ready };
        while (reached.ToList().SelectMany(p => Events.Select(e => To(p, e))).OfType<RunPhase>().Any(reached.Add))
        {
        }

        Assert.Equal(Phases, reached.Order());
        Assert.All(Phases.Where(p => p != RunPhase.Ended), p => Assert.Equal(RunPhase.Ended, To(p, RunEvent.End)));
        Assert.Equal(Table.Count, Phases.Length);
    }

    [Fact]
    public void Move_EachPhaseWithEachEvent_ChangesItOrGivesTheReason()
    {
        foreach (var (phase, happens) in Phases.SelectMany(p => Events.Select(e => (p, e))))
        {
            var run = new ActiveRun { Facts = new RunFacts { Id = new RunId("task", Guid.Empty) }, Phase = phase };
            if (RunLifecycle.Next(phase, happens) is { } next)
            {
                Assert.Equal(next.Effects, run.Move(happens, "something"));
                Assert.Equal((next.To, "something"), (run.Phase, run.WaitingFor));
            }
            else
            {
                var error = Assert.Throws<UnreachableException>(() => run.Move(happens, "something"));
                Assert.Equal($"{run.RunId} is {phase}, after which {happens} cannot happen.", error.Message);
                Assert.Equal((phase, RunLifecycle.ReasonOf(phase, isOnSilo: false)), (run.Phase, run.WaitingFor));
            }
        }
    }

    public static TheoryData<string, string, string> Effects => new()
    {
        { nameof(RunEvent.Queue), "OutdateAnswers, SetTimer", "" },
        { nameof(RunEvent.Dequeue), "OutdateAnswers", "" },
        { nameof(RunEvent.Claim), "OutdateAnswers", "" },
        { nameof(RunEvent.Granted), "OutdateAnswers", "" },
        { nameof(RunEvent.Wait), "OutdateAnswers, GiveBackPlaces, JoinLine, SetTimer", "Running: LeaveSilo" },
        { nameof(RunEvent.AskGroup), "OutdateAnswers, SetTimer", "" },
        { nameof(RunEvent.Start), "OutdateAnswers", "" },
        { nameof(RunEvent.Order), "BeginAttempt", "Ready: OutdateAnswers; Waiting: OutdateAnswers; AskingGroup: OutdateAnswers" },
        { nameof(RunEvent.Refused), "LeaveSilo, UndoAttempt", "" },
        { nameof(RunEvent.Park), "OutdateAnswers, ForgetMark, GiveBackPlaces", "Running: LeaveSilo" },
        { nameof(RunEvent.Rest), "OutdateAnswers, GiveBackPlaces, SetTimer", "Running: LeaveSilo" },
        { nameof(RunEvent.Due), "OutdateAnswers", "" },
        { nameof(RunEvent.End), "GiveBackPlaces", "" },
    };

    /// <summary>
    /// Lists the effects of each event in all phases, and the additional ones in single phases. The documentation lists the same.
    /// </summary>
    [Theory]
    [MemberData(nameof(Effects))]
    public void Next_EachEvent_HasTheEffectsOfTheTable(string name, string always, string more)
    {
        var happens = Enum.Parse<RunEvent>(name);
        var steps = Phases.Select(p => (Phase: p, Step: RunLifecycle.Next(p, happens))).Where(static s => s.Step is not null)
            .Select(static s => (s.Phase, s.Step!.Value.Effects)).ToList();
        var common = steps.Select(static s => s.Effects).Aggregate(static (a, b) => a & b);
        Assert.Equal(always, common.ToString());
        Assert.Equal(more, string.Join("; ", steps.Where(s => s.Effects != common).Select(s => $"{s.Phase}: {s.Effects & ~common}")));
        var row = $"| `{name}` | {string.Join(", ", always.Split(", ").Select(static e => $"`{e}`"))} |";
        Assert.Contains(row, File.ReadAllText(Path.Combine(Snapshots.Root, "docs", "run-lifecycle.md")), StringComparison.Ordinal);
        Assert.Equal(Effects.Count, Events.Length);
    }

    /// <summary>Checks the effects that change the run itself. An impossible event changes nothing.</summary>
    [Fact]
    public void Move_EachPhaseWithEachEvent_AppliesItsEffects()
    {
        foreach (var (phase, happens, isStored) in Phases.SelectMany(p => Events.SelectMany(e => new[] { (p, e, false), (p, e, true) })))
        {
            var silo = SiloAddress.New(IPAddress.Loopback, 1, 1);
            var run = new ActiveRun
            {
                Facts = new RunFacts { Id = new RunId("task", Guid.Empty) },
                Phase = phase,
                Silo = silo,
                StartedAt = DateTimeOffset.UnixEpoch,
                Progress = new RunProgress(),
                IgnoresCancellation = true,
                SaidTooLong = true,
                Attempt = 3,
                Marked = true,
                Stored = isStored,
            };
            if (RunLifecycle.Next(phase, happens) is not { Effects: var effects })
            {
                Assert.Throws<UnreachableException>(() => run.Move(happens));
                effects = RunEffects.None;
            }
            else
            {
                run.Move(happens);
            }

            var begins = effects.HasFlag(RunEffects.BeginAttempt);
            var undoes = effects.HasFlag(RunEffects.UndoAttempt);
            var leaves = effects.HasFlag(RunEffects.LeaveSilo);
            Assert.Equal(effects.HasFlag(RunEffects.OutdateAnswers) ? 1 : 0, run.Placement);
            Assert.Equal((leaves, leaves, leaves, !leaves, !leaves),
                (run.Silo is null, run.StartedAt is null, run.Progress is null, run.IgnoresCancellation, run.SaidTooLong));
            Assert.Equal((3 + (begins ? 1 : 0) - (undoes ? 1 : 0), begins), (run.Attempt, run.HasBegun));
            Assert.Equal(undoes ? isStored : !begins && !effects.HasFlag(RunEffects.ForgetMark), run.Marked);
        }
    }

    [Theory]
    [InlineData(nameof(RunPhase.Ready), RunStatus.Waiting, null)]
    [InlineData(nameof(RunPhase.Queued), RunStatus.Waiting, "the run of an earlier occurrence to end")]
    [InlineData(nameof(RunPhase.Claiming), RunStatus.Waiting, "its partition to record its start")]
    [InlineData(nameof(RunPhase.Waiting), RunStatus.Waiting, null)]
    [InlineData(nameof(RunPhase.AskingGroup), RunStatus.Waiting, null)]
    [InlineData(nameof(RunPhase.Starting), RunStatus.Waiting, null)]
    [InlineData(nameof(RunPhase.Running), RunStatus.Running, null)]
    [InlineData(nameof(RunPhase.Parking), RunStatus.Waiting, "its partition to record its last attempt")]
    [InlineData(nameof(RunPhase.Pending), RunStatus.Pending, null)]
    [InlineData(nameof(RunPhase.Ended), RunStatus.Waiting, "its result to be stored")]
    [InlineData(nameof(RunPhase.Ended), RunStatus.Running, null, true)]
    public void StatusOf_AndReasonOf_EachPhase(string name, RunStatus status, string? reason, bool wasOnSilo = false)
    {
        var phase = Enum.Parse<RunPhase>(name);
        var isOnSilo = wasOnSilo || phase == RunPhase.Running;
        Assert.Equal((status, reason), (RunLifecycle.StatusOf(phase, isOnSilo), RunLifecycle.ReasonOf(phase, isOnSilo)));
    }

    /// <summary>The diagram in the documentation matches the table.</summary>
    [Fact]
    public void Diagram_InTheDocumentation_MatchesTheTable()
    {
        var document = File.ReadAllText(Path.Combine(Snapshots.Root, "docs", "run-lifecycle.md")).ReplaceLineEndings("\n");
        Assert.Contains(Diagram(), document, StringComparison.Ordinal);
        Assert.All(Phases, p => Assert.Contains($"| `{p}` |", document, StringComparison.Ordinal));
        Assert.All(Events, e => Assert.Contains($"| `{e}` |", document, StringComparison.Ordinal));
    }

    private static RunPhase? To(RunPhase phase, RunEvent happens) => RunLifecycle.Next(phase, happens)?.To;

    /// <summary>Draws an event that leads from all phases to the same phase only once.</summary>
    private static string Diagram()
    {
        var alive = Phases.Where(p => p != RunPhase.Ended).ToList();
        var common = Events.Where(e => alive.TrueForAll(p => RunLifecycle.Next(p, e) is not null)).ToList();
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n    [*] --> Ready\n    state NotEnded {\n");
        foreach (var (from, happens) in alive.SelectMany(
            p => Events.Except(common).Where(e => RunLifecycle.Next(p, e) is not null).Select(e => (p, e))))
        {
            text.Append(null, $"        {from} --> {To(from, happens)}: {happens}\n");
        }

        text.Append("    }\n");
        foreach (var happens in common)
        {
            text.Append(null, $"    NotEnded --> {To(RunPhase.Ready, happens)}: {happens}\n");
        }

        return text.Append("    Ended --> [*]\n```\n").ToString();
    }
}
