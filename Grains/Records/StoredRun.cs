using System.Text.Json.Serialization;
using OrleansTasks.Grains;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Records;

/// <summary>A run as its partition stores it, from its acceptance until its result is in the history.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.StoredRun")]
internal sealed record StoredRun
{
    [Id(0)]
    public required RunId RunId { get; init; }

    /// <summary>Null: the task's own.</summary>
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

    /// <summary>The attempts that may have been started. Of a run that may be repeated, the first one may be noted somewhat before it starts.</summary>
    [Id(7)]
    public int Attempts { get; init; }

    /// <summary>The activation that noted the last of these attempts: it may make it, and nobody else.</summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Marker { get; init; }

    /// <summary>The occurrence that it is for, if that is not when it is due.</summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Occurrence { get; init; }

    /// <summary>How many of the attempts have ended without ending the run: another one is due.</summary>
    [Id(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int EndedAttempts { get; init; }

    /// <summary>How many of these have failed.</summary>
    [Id(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Failures { get; init; }

    /// <summary>What the last of these said; shortened.</summary>
    [Id(13), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastError { get; init; }

    /// <summary>The run's own policy; null: its task's.</summary>
    [Id(14), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>When the run as a whole must have ended; null if there is no such instant.</summary>
    [Id(15), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The instant from which it is not begun any more; null if there is none.</summary>
    [Id(16), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Id(17), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RunPriority Priority { get; init; }

    /// <summary>How long the key is remembered after the run has ended; null: as the silo says.</summary>
    [Id(18), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? KeyRetention { get; init; }

    /// <summary>The instant at which the key is forgotten, whatever becomes of the run; null: some time after it has ended.</summary>
    [Id(19), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? KeyExpiresAt { get; init; }

    /// <summary>Who asked for it; null if that is not known.</summary>
    [Id(20), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedBy { get; init; }

    /// <summary>What is run after it, besides what its task says.</summary>
    [Id(21), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>The run that it follows; null if it follows none.</summary>
    [Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? Parent { get; init; }

    /// <summary>The run that it repeats, which had ended; null if it repeats none.</summary>
    [Id(90), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? RetryOf { get; init; }

    /// <summary>The batch that it belongs to; null if it belongs to none.</summary>
    [Id(23), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BatchMember? Batch { get; init; }

    /// <summary>For how long it was to wait, from when it was stored or from its last attempt on; null: it is due at an instant that somebody named.</summary>
    [Id(24), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Wait { get; init; }

    /// <summary>How many attempts were lost with their silos.</summary>
    [Id(30), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Losses { get; init; }

    /// <summary>The generation of its task in which it was accepted.</summary>
    [Id(40), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }

    /// <summary>Whether it was called off by itself, and not with its task: it never starts from then on.</summary>
    [Id(42), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CalledOff { get; init; }

    /// <summary>The span that asked for it; null if nobody listened.</summary>
    [Id(81), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TraceContext? Trace { get; init; }

    /// <summary>What the partition is to know of the request when it stores the run; null if there is nothing to know. Not stored with the run.</summary>
    [Id(50), JsonIgnore]
    public RunRequestFacts? Asked { get; init; }

    /// <summary>Whether it was stored, made and forgotten before: nothing but its id is known. In answers of the partition only.</summary>
    [Id(51), JsonIgnore]
    public bool IsOver { get; init; }

    /// <summary>Whether the task that has it stored has it from now on, because it is due by the partition's clock. In answers of the partition only.</summary>
    [Id(52), JsonIgnore]
    public bool IsHanded { get; init; }

    /// <summary>What goes with it besides its arguments; null if that is nothing, or once it has a result, which has them.</summary>
    [Id(80), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskHeaders? Headers { get; init; }

    /// <summary>What the run came to, until it is in the history.</summary>
    [Id(8)]
    public TaskResult? Result { get; init; }

    /// <summary>Whether its arguments and headers were left out of an answer, because there was no room for them.</summary>
    [Id(41), JsonIgnore]
    public bool IsShortened { get; init; }

    /// <summary>Whether an attempt that may not be repeated was noted, and nothing of its end.</summary>
    [JsonIgnore]
    public bool MayBeUnderWay => Guarantee == RunGuarantee.AtMostOnce && Attempts > EndedAttempts;

    /// <summary>When its task has to have it: when it is due, or, once it has ended, at once, since its result has to reach the history.</summary>
    [JsonIgnore]
    public DateTimeOffset WantedAt => Result is null ? DueAt : DateTimeOffset.MinValue;

    /// <summary>How many bytes its arguments and headers have, and what is to follow it.</summary>
    [JsonIgnore]
    public int HeldBytes => (Arguments?.Size ?? 0) + (Headers?.Size ?? 0) + (Trace?.Size ?? 0) + (Then is null ? 0 : (int)Math.Min(AnswerPage.SizeOf(Then), int.MaxValue / 2));

    /// <summary>About how many bytes a run takes.</summary>
    public static long SizeOf(StoredRun run) => 512 + run.HeldBytes + AnswerPage.SizeOf(run.LastError) + (run.Result is { } result ? AnswerPage.SizeOf(result) : 0);

    /// <summary>The same without what may be large.</summary>
    public StoredRun WithoutArguments() => this with { Arguments = null, Headers = null, Then = null, IsShortened = true };

    /// <summary>What is left of a run that has ended and is forgotten.</summary>
    public static StoredRun Over(RunId run) => new() { RunId = run, DueAt = DateTimeOffset.MaxValue, IsOver = true };

    /// <summary>The same with what its owner has to say of attempts that have ended.</summary>
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
        Marker = null,
    };
}
