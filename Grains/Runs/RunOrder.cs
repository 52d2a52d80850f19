using OrleansTasks.Grains;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>One attempt of a run, as a task orders it from a silo's runner.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunOrder")]
internal sealed record RunOrder
{
    [Id(0)]
    public required RunId RunId { get; init; }

    [Id(1)]
    public required string Handler { get; init; }

    [Id(2)]
    public required TaskArguments Arguments { get; init; }

    [Id(3)]
    public RunTrigger Trigger { get; init; }

    [Id(4)]
    public DateTimeOffset ScheduledAt { get; init; }

    [Id(5)]
    public int Attempt { get; init; }

    [Id(6)]
    public TimeSpan? Timeout { get; init; }

    [Id(7)]
    public bool SendValue { get; init; }

    [Id(8)]
    public RunGuarantee Guarantee { get; init; }

    /// <summary>Names this sending of the order to another silo; the same attempt may be offered again, there or elsewhere.</summary>
    [Id(9)]
    public Guid Offer { get; init; }

    /// <summary>The silo that sends it to another one; null where it stays on its own, and from silos of earlier versions.</summary>
    [Id(50)]
    public SiloAddress? Sender { get; init; }

    /// <summary>How many attempts have failed before this one.</summary>
    [Id(10)]
    public int Failures { get; init; }

    /// <summary>The run's own policy; null: its task's.</summary>
    [Id(11)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>When the run as a whole must have ended; null if there is no such instant.</summary>
    [Id(12)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The instant from which the attempt is not begun any more; null if there is none.</summary>
    [Id(13)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The task's time when it was ordered, by which its limits are judged; null from silos of earlier versions.</summary>
    [Id(70)]
    public DateTimeOffset? OrderedAt { get; init; }

    /// <summary>Whether its sender had stood still shortly before, and may not have heard what happened meanwhile: the task's grain is to be asked before the attempt starts.</summary>
    [Id(71)]
    public bool IsDoubtful { get; init; }

    [Id(14)]
    public RunPriority Priority { get; init; }

    [Id(16)]
    public string? RequestedBy { get; init; }

    /// <summary>What is run after it, besides what its task says.</summary>
    [Id(17)]
    public IReadOnlyList<Continuation>? Then { get; init; }

    [Id(18)]
    public RunId? Parent { get; init; }

    /// <summary>The run that it repeats, which had ended; null if it repeats none.</summary>
    [Id(90)]
    public RunId? RetryOf { get; init; }

    [Id(19)]
    public BatchMember? Batch { get; init; }

    /// <summary>The group in which it has a place; null if its task belongs to none.</summary>
    [Id(20)]
    public string? Group { get; init; }

    /// <summary>How many attempts before this one were lost with their silos.</summary>
    [Id(30)]
    public int Losses { get; init; }

    /// <summary>The generation of its task in which it was accepted.</summary>
    [Id(40)]
    public long Generation { get; init; }

    /// <summary>The ask by which it has its place in the group.</summary>
    [Id(60)]
    public PlaceMark Place { get; init; }

    /// <summary>The span that asked for the run; null if nobody listened.</summary>
    [Id(81)]
    public TraceContext? Trace { get; init; }

    /// <summary>The span of the run, as <c>traceparent</c>, of which those of its attempts are children; null if nobody listens where its task is.</summary>
    [Id(82)]
    public string? Span { get; init; }

    /// <summary>What goes with it besides its arguments; null if that is nothing.</summary>
    [Id(80)]
    public TaskHeaders? Headers { get; init; }

    /// <summary>How many further attempts the retry policy allows if this one fails; null from silos of earlier versions.</summary>
    [Id(83)]
    public int? AttemptsLeft { get; init; }

    /// <summary>About how many bytes it holds.</summary>
    public int HeldBytes => Arguments.Size + (Headers?.Size ?? 0) + (Trace?.Size ?? 0) + (Then is null ? 0 : (int)Math.Min(AnswerPage.SizeOf(Then), int.MaxValue / 2));

    /// <summary>How many logged lines are wanted.</summary>
    [Id(15)]
    public int LogLines { get; init; }
}
