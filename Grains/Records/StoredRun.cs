using System.Text.Json.Serialization;
using OrleansTasks.Grains;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Records;

/// <summary>Represents a run as its partition stores it, from its acceptance until its result is in the history.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.StoredRun")]
internal sealed record StoredRun
{
    [Id(0)]
    public required RunId RunId { get; init; }

    /// <summary>Gets the arguments, or null for the task's own.</summary>
    [Id(1)]
    public TaskArguments? Arguments { get; init; }

    [Id(2)]
    public DateTimeOffset DueAt { get; init; }

    [Id(3)]
    public RunTrigger Trigger { get; init; }

    [Id(4)]
    public RunGuarantee Guarantee { get; init; }

    [Id(5)]
    public TimeSpan? Timeout { get; init; }

    [Id(6)]
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Gets the number of attempts that may have been started. For a run that may be repeated, the first attempt may be recorded somewhat
    /// before it starts.
    /// </summary>
    [Id(7)]
    public int Attempts { get; init; }

    /// <summary>Gets the activation that recorded the last of these attempts. Only that activation may make it.</summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Marker { get; init; }

    /// <summary>Gets the occurrence for which it runs, if that is not when it is due.</summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Occurrence { get; init; }

    /// <summary>Gets how many of the attempts have ended without ending the run, so that another one is due.</summary>
    [Id(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int EndedAttempts { get; init; }

    /// <summary>Gets how many of these have failed.</summary>
    [Id(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Failures { get; init; }

    /// <summary>Gets the error of the last failed attempt, shortened.</summary>
    [Id(13), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastError { get; init; }

    /// <summary>Gets the run's own policy, or null for its task's.</summary>
    [Id(14), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets the instant at which the run as a whole must have ended, or null if there is none.</summary>
    [Id(15), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Gets the instant from which it must not start any more, or null if there is none.</summary>
    [Id(16), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Id(17), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RunPriority Priority { get; init; }

    /// <summary>Gets how long the key is remembered after the run has ended, or null for the silo's setting.</summary>
    [Id(18), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? KeyRetention { get; init; }

    /// <summary>
    /// Gets the instant at which the key is forgotten, whatever happens to the run. Null: the key is forgotten some time after the run has
    /// ended.
    /// </summary>
    [Id(19), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? KeyExpiresAt { get; init; }

    /// <summary>Gets who requested it, or null if it is not known.</summary>
    [Id(20), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedBy { get; init; }

    /// <summary>Gets the continuations of the run itself, in addition to its task's.</summary>
    [Id(21), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>Gets the run that it follows, or null if there is none.</summary>
    [Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? Parent { get; init; }

    /// <summary>Gets the ended run that it repeats, or null if there is none.</summary>
    [Id(90), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? RetryOf { get; init; }

    /// <summary>Gets the batch to which it belongs, or null if there is none.</summary>
    [Id(23), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BatchMember? Batch { get; init; }

    /// <summary>
    /// Gets how long it had to wait from when it was stored, or from its last attempt. Null: it is due at an instant that was given.
    /// </summary>
    [Id(24), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Wait { get; init; }

    /// <summary>Gets how many attempts were lost with their silos.</summary>
    [Id(30), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Losses { get; init; }

    /// <summary>Gets how many attempts in a row were lost with their silos after they had saved something, and so do not count.</summary>
    [Id(31), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SparedLosses { get; init; }

    /// <summary>Gets what its handler saved last; null if it has saved nothing, or once the run has a result.</summary>
    [Id(32), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunCheckpoint? Checkpoint { get; init; }

    /// <summary>Gets the generation of its task in which it was accepted.</summary>
    [Id(40), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }

    /// <summary>Gets whether it was cancelled by itself, and not with its task. From then on it never starts.</summary>
    [Id(42), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CalledOff { get; init; }

    /// <summary>Gets the span of its request, or null if nobody listened.</summary>
    [Id(81), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TraceContext? Trace { get; init; }

    /// <summary>
    /// Gets what the partition needs to know about the request when it stores the run, or null if there is nothing. It is not stored with
    /// the run.
    /// </summary>
    [Id(50), JsonIgnore]
    public RunRequestFacts? Asked { get; init; }

    /// <summary>
    /// Gets whether it was stored, executed and forgotten before, so that only its id is known. It is used only in answers of the
    /// partition.
    /// </summary>
    [Id(51), JsonIgnore]
    public bool IsOver { get; init; }

    /// <summary>
    /// Gets whether the task that stores it has it from now on, because it is due by the partition's clock. It is used only in answers of
    /// the partition.
    /// </summary>
    [Id(52), JsonIgnore]
    public bool IsHanded { get; init; }

    /// <summary>Gets its headers. Null if there are none, or once it has a result, which contains them.</summary>
    [Id(80), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskHeaders? Headers { get; init; }

    /// <summary>Gets the result of the run, until it is in the history.</summary>
    [Id(8)]
    public TaskResult? Result { get; init; }

    /// <summary>Gets whether its arguments and headers were omitted from an answer, because there was no room for them.</summary>
    [Id(41), JsonIgnore]
    public bool IsShortened { get; init; }

    /// <summary>Gets whether an attempt that must not be repeated was recorded, but not its end.</summary>
    [JsonIgnore]
    public bool MayBeUnderWay => Guarantee == RunGuarantee.AtMostOnce && Attempts > EndedAttempts;

    /// <summary>
    /// Gets when its task must have it: when it is due, or at once after it has ended, because its result must reach the history.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset WantedAt => Result is null ? DueAt : DateTimeOffset.MinValue;

    /// <summary>Gets the number of bytes of its arguments, headers, checkpoint and continuations.</summary>
    [JsonIgnore]
    public int HeldBytes =>
        (Arguments?.Size ?? 0) + (Headers?.Size ?? 0) + (Trace?.Size ?? 0) + (Checkpoint?.Size ?? 0)
            + (Then is null ? 0 : (int)Math.Min(AnswerPage.SizeOf(Then), int.MaxValue / 2));

    /// <summary>Returns the approximate number of bytes of a run.</summary>
    public static long SizeOf(StoredRun run) =>
        512 + run.HeldBytes + AnswerPage.SizeOf(run.LastError) + (run.Result is { } result ? AnswerPage.SizeOf(result) : 0);

    /// <summary>Returns a copy without the parts that may be large.</summary>
    public StoredRun WithoutArguments() => this with
    {
        Arguments = null,
        Headers = null,
        Then = null,
        Checkpoint = Checkpoint?.WithoutContent(),
        IsShortened = true
    };

    /// <summary>Returns what remains of a run that has ended and is forgotten.</summary>
    public static StoredRun Over(RunId run) => new() { RunId = run, DueAt = DateTimeOffset.MaxValue, IsOver = true };

    /// <summary>Returns a copy with what its owner reports about ended attempts.</summary>
    public StoredRun After(StoredRun attempts) => attempts.EndedAttempts <= EndedAttempts ? this : this with
    {
        DueAt = attempts.DueAt,
        Wait = attempts.Wait,
        Occurrence = attempts.Occurrence,
        Attempts = Math.Max(Attempts, attempts.Attempts),
        EndedAttempts = attempts.EndedAttempts,
        Failures = attempts.Failures,
        LastError = attempts.LastError,
        Losses = Math.Max(Losses, attempts.Losses),
        SparedLosses = attempts.SparedLosses,
        Marker = null,
    };
}
