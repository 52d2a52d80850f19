using OrleansTasks.Grains;
using OrleansTasks.Records;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>Represents one attempt of a run, as a task orders it from a silo's runner.</summary>
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

    /// <summary>
    /// Gets the id of this transmission of the order to another silo. The same attempt may be offered again, there or elsewhere.
    /// </summary>
    [Id(9)]
    public Guid Offer { get; init; }

    /// <summary>
    /// Gets the silo that sends the order to another one. Null if the order stays on its silo, and from silos of earlier versions.
    /// </summary>
    [Id(50)]
    public SiloAddress? Sender { get; init; }

    /// <summary>Gets the number of earlier attempts that have failed.</summary>
    [Id(10)]
    public int Failures { get; init; }

    /// <summary>Gets the run's own retry policy; null for its task's.</summary>
    [Id(11)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets when the run as a whole must have ended; null if there is no such instant.</summary>
    [Id(12)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Gets the instant from which the attempt may no longer start; null if there is none.</summary>
    [Id(13)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>
    /// Gets the task's time when the attempt was ordered, against which its limits are checked; null from silos of earlier versions.
    /// </summary>
    [Id(70)]
    public DateTimeOffset? OrderedAt { get; init; }

    /// <summary>
    /// Gets whether the sender was frozen shortly before and may have missed changes. The task's grain has to confirm the order before the
    /// attempt starts.
    /// </summary>
    [Id(71)]
    public bool IsDoubtful { get; init; }

    [Id(14)]
    public RunPriority Priority { get; init; }

    [Id(16)]
    public string? RequestedBy { get; init; }

    /// <summary>Gets the continuations of the run, in addition to those of its task.</summary>
    [Id(17)]
    public IReadOnlyList<Continuation>? Then { get; init; }

    [Id(18)]
    public RunId? Parent { get; init; }

    /// <summary>Gets the ended run that this one repeats; null if there is none.</summary>
    [Id(90)]
    public RunId? RetryOf { get; init; }

    [Id(19)]
    public BatchMember? Batch { get; init; }

    /// <summary>Gets the group in which the run has a place; null if its task belongs to none.</summary>
    [Id(20)]
    public string? Group { get; init; }

    /// <summary>Gets the number of earlier attempts that were lost with their silos.</summary>
    [Id(30)]
    public int Losses { get; init; }

    /// <summary>Gets the generation of the task in which the run was accepted.</summary>
    [Id(40)]
    public long Generation { get; init; }

    /// <summary>Gets the request by which the run has its place in the group.</summary>
    [Id(60)]
    public PlaceMark Place { get; init; }

    /// <summary>Gets the span of the request for the run; null if nobody listened.</summary>
    [Id(81)]
    public TraceContext? Trace { get; init; }

    /// <summary>
    /// Gets the span of the run as <c>traceparent</c>, the parent of its attempts' spans; null if nobody listens on the task's silo.
    /// </summary>
    [Id(82)]
    public string? Span { get; init; }

    /// <summary>Gets the headers; null if there are none.</summary>
    [Id(80)]
    public TaskHeaders? Headers { get; init; }

    /// <summary>Gets how many further attempts the retry policy allows if this one fails; null from silos of earlier versions.</summary>
    [Id(83)]
    public int? AttemptsLeft { get; init; }

    /// <summary>Gets what an earlier attempt saved last, and then this one; null if nothing was saved.</summary>
    [Id(84)]
    public RunCheckpoint? Checkpoint { get; init; }

    /// <summary>Gets how many attempts in a row were lost before this one without counting as losses.</summary>
    [Id(85)]
    public int SparedLosses { get; init; }

    /// <summary>Gets the approximate size, in bytes.</summary>
    public int HeldBytes =>
        Arguments.Size + (Headers?.Size ?? 0) + (Trace?.Size ?? 0) + (Checkpoint?.Size ?? 0)
            + (Then is null ? 0 : (int)Math.Min(AnswerPage.SizeOf(Then), int.MaxValue / 2));

    /// <summary>Gets the number of log lines to keep.</summary>
    [Id(15)]
    public int LogLines { get; init; }
}
