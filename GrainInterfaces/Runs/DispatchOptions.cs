using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>How one dispatched run is to be treated.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.DispatchOptions")]
public sealed record DispatchOptions
{
    /// <summary>Later instants are mistakes, such as milliseconds in place of seconds; and what is computed from them would overflow.</summary>
    private static readonly DateTimeOffset EndOfTime = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(400);

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>How long after its acceptance the run is due. Null or zero: at once. Not together with <see cref="At"/>.</summary>
    [Id(0)]
    public TimeSpan? Delay { get; init; }

    /// <summary>The instant at which the run is due, before the year 2200; one in the past means at once. Not together with <see cref="Delay"/>.</summary>
    [Id(1)]
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// A key of the caller's choice, at most 200 characters. A second dispatch to the same task with the same key gives the id of the
    /// first one and adds nothing, until <see cref="IdempotencyRetention"/> after the first run has ended, or until it is cancelled. One with other arguments, other headers (but for
    /// <c>TasksOptions.UncomparedHeaders</c>) or another <see cref="Then"/> is refused (<see cref="IdempotencyConflictException"/>); the other options are not compared.
    /// </summary>
    [Id(2)]
    public string? IdempotencyKey { get; init; }

    /// <summary>What happens when the silo that runs it dies. Null, the default: what the task's options say, else <see cref="RunGuarantee.AtLeastOnce"/>.</summary>
    [Id(3)]
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>How long one attempt may take; at most 24 days. Null, the default: what the task's options say, else as long as it takes.</summary>
    [Id(4)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether and when it is tried again if its handler fails. Null, the default: what the task's options say.</summary>
    [Id(5)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>
    /// How long it may take as a whole, from when it is due: waiting, all attempts and the times between them. Positive, at most 24 days. Null, the default: what the task's
    /// options say, else as long as it takes.
    /// </summary>
    [Id(6)]
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>
    /// The instant from which it is not begun any more: it then ends as <see cref="RunStatus.Expired"/>, and the handler is not called. Later than the instant
    /// at which it is due. Null, the default: what the task's options say, else it may begin at any time.
    /// </summary>
    [Id(7)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Which of several waiting runs begin first. Null, the default: what the task's options say.</summary>
    [Id(8)]
    public RunPriority? Priority { get; init; }

    /// <summary>How long the idempotency key is remembered after its run has ended. Null, the default: <see cref="TaskEngineLimits.IdempotencyRetention"/>. Range: zero to 400 days.</summary>
    [Id(9)]
    public TimeSpan? IdempotencyRetention { get; init; }

    /// <summary>
    /// For how long, from now on, a further dispatch to the same task with the same arguments and headers (but for <c>TasksOptions.UncomparedHeaders</c>), and with this option too, gives the id of this run and adds nothing, whether the run has ended or
    /// not. Arguments are the same if they bind alike, however they are written. The run's cancellation ends it. Not together with <see cref="IdempotencyKey"/>. Null, the default: each dispatch makes a run. Range: 1 s to 400 days.
    /// </summary>
    [Id(10)]
    public TimeSpan? UniqueFor { get; init; }

    /// <summary>What is run after it, besides what the task's options say; at most 20. Null, the default: nothing.</summary>
    [Id(11)]
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>
    /// What is to go with the run besides its arguments, such as the tenant for whom it is made, over its task's own headers. Null, the default: none. Names have 1 to 100 characters, letters and digits of ASCII and any of <c>-_.:/</c>, and are the same in whatever
    /// case; texts have no control characters. How many there may be, and how large: <see cref="TaskEngineLimits.MaxHeaders"/>, <see cref="TaskEngineLimits.MaxHeadersSize"/>.
    /// </summary>
    /// <remarks>The dictionary is copied. Headers are not secret: they are kept with the result and shown, unless the masking hook of the host hides them.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>The run that it repeats, which has ended; <see cref="ITaskClient.RetryAsync"/> sets it. Null, the default: it repeats none.</summary>
    [Id(12)]
    public RunId? RetryOf { get; init; }

    internal IReadOnlyList<string> Faults() =>
    [
        .. Faults(At is not null && Delay is not null, "Both At and Delay were given; a run is due at an instant or after a delay."),
        .. Faults(At >= EndOfTime, $"At is {At:u}; it must be before {EndOfTime:yyyy}."),
        .. Faults(ExpiresAt >= EndOfTime, $"ExpiresAt is {ExpiresAt:u}; it must be before {EndOfTime:yyyy}."),
        .. Faults(Delay < TimeSpan.Zero || Delay > TimeSpan.FromDays(36525), $"Delay is {Delay}; zero to 36525 days are allowed."),
        .. Faults(IdempotencyKey is { } key && (key.Length is 0 or > 200 || key.Any(char.IsControl)), "IdempotencyKey has 1 to 200 characters, none of them a control character."),
        .. OptionFaults.OfTimeout("Timeout", Timeout),
        .. OptionFaults.OfTimeout("RunTimeout", RunTimeout),
        .. Retry?.Faults("Retry") ?? [],
        .. OptionFaults.OfEnum("Priority", Priority),
        .. Faults(UniqueFor is not null && IdempotencyKey is not null, "Both UniqueFor and IdempotencyKey were given; a dispatch is unique by its arguments, or by a key."),
        .. Faults(UniqueFor < TimeSpan.FromSeconds(1) || UniqueFor > LongestRetention, $"UniqueFor is {UniqueFor}; 1 s to {LongestRetention.TotalDays} days are allowed."),
        .. Faults(
            IdempotencyRetention < TimeSpan.Zero || IdempotencyRetention > LongestRetention,
            $"IdempotencyRetention is {IdempotencyRetention}; zero to {LongestRetention.TotalDays} days are allowed."),
        .. OptionFaults.OfEnum("Guarantee", Guarantee),
        .. Continuation.Faults("Then", Then),
        .. TaskHeaders.Faults("Headers", _headers),
    ];

    private static IEnumerable<string> Faults(bool isFault, string fault) => isFault ? [fault] : [];
}
