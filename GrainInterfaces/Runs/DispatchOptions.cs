using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Text;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the options of one dispatched run.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.DispatchOptions")]
public sealed record DispatchOptions
{
    /// <summary>
    /// The latest instant that is accepted. Later ones are mistakes, such as milliseconds in place of seconds, and computations with them
    /// would overflow.
    /// </summary>
    private static readonly DateTimeOffset EndOfTime = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(400);

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>
    /// Gets the time from acceptance to the due time. Null or zero makes the run due at once. Do not combine with <see cref="At"/>.
    /// </summary>
    [Id(0)]
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// Gets the instant at which the run is due, before the year 2200. An instant in the past makes it due at once. Do not combine with
    /// <see cref="Delay"/>.
    /// </summary>
    [Id(1)]
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// Gets a key of the caller's choice, at most 200 characters. A second dispatch to the same task with the same key returns the first
    /// run's id and adds nothing, until <see cref="IdempotencyRetention"/> after the first run has ended, or until it is cancelled. A
    /// dispatch with other arguments, other headers (except <c>TasksOptions.UncomparedHeaders</c>) or another <see cref="Then"/> is
    /// rejected (<see cref="IdempotencyConflictException"/>). Other options are not compared.
    /// </summary>
    [Id(2)]
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Gets what happens when the run's silo is lost. Default: null, which uses the task's option, or else
    /// <see cref="RunGuarantee.AtLeastOnce"/>.
    /// </summary>
    [Id(3)]
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>
    /// Gets the maximum time of one attempt. Default: null, which uses the task's option, or else no limit. Range: at most 24 days.
    /// </summary>
    [Id(4)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets whether and when the run is retried if its handler fails. Default: null, which uses the task's option.</summary>
    [Id(5)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>
    /// Gets the maximum time of the run as a whole. It counts from the due time and includes waits, all attempts and the times between
    /// them. Default: null, which uses the task's option, or else no limit. Range: positive, at most 24 days.
    /// </summary>
    [Id(6)]
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>
    /// Gets the instant from which the run no longer starts. It then ends as <see cref="RunStatus.Expired"/>, and the handler is not
    /// called. It must be later than the due time. Default: null, which uses the task's option, or else no limit.
    /// </summary>
    [Id(7)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets which of several waiting runs start first. Default: null, which uses the task's option.</summary>
    [Id(8)]
    public RunPriority? Priority { get; init; }

    /// <summary>
    /// Gets how long the idempotency key is remembered after the run has ended. Default: null, which uses
    /// <see cref="TaskEngineLimits.IdempotencyRetention"/>. Range: zero to 400 days.
    /// </summary>
    [Id(9)]
    public TimeSpan? IdempotencyRetention { get; init; }

    /// <summary>
    /// Gets how long, from now on, a further dispatch to the same task with the same arguments and headers (except
    /// <c>TasksOptions.UncomparedHeaders</c>), and with this option, returns this run's id and adds nothing, whether or not the run has
    /// ended. Arguments are the same if they bind to the same values, however they are written. Cancelling the run ends the period. Do not
    /// combine with <see cref="IdempotencyKey"/>. Default: null, which makes each dispatch create a run. Range: 1 s to 400 days.
    /// </summary>
    [Id(10)]
    public TimeSpan? UniqueFor { get; init; }

    /// <summary>Gets the continuations of the run, in addition to those of the task. Default: null, for none. Range: at most 20.</summary>
    [Id(11)]
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>
    /// Gets the headers of the run, such as its tenant. They override the task's own headers. Default: null, for none. A name has 1 to 100
    /// characters: ASCII letters, digits and <c>-_.:/</c>; case does not matter. A value has no control characters.
    /// <see cref="TaskEngineLimits.MaxHeaders"/> and <see cref="TaskEngineLimits.MaxHeadersSize"/> limit their number and size.
    /// </summary>
    /// <remarks>
    /// The dictionary is copied. Headers are not secret: they are kept with the result and displayed, unless the host's masking hook hides
    /// them.
    /// </remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    /// <summary>Gets the ended run that this run retries; <see cref="ITaskClient.RetryAsync"/> sets it. Default: null, for none.</summary>
    [Id(12)]
    public RunId? RetryOf { get; init; }

    internal IReadOnlyList<string> Faults() =>
    [
        .. Faults(At is not null && Delay is not null, "Both At and Delay are set; set only one of them."),
        .. Faults(At >= EndOfTime, $"At is {At:u}; it must be before {EndOfTime:yyyy}."),
        .. Faults(ExpiresAt >= EndOfTime, $"ExpiresAt is {ExpiresAt:u}; it must be before {EndOfTime:yyyy}."),
        .. Faults(Delay < TimeSpan.Zero || Delay > TimeSpan.FromDays(36525), $"Delay is {Delay}; zero to 36525 days are allowed."),
        .. Faults(IdempotencyKey is { } key && (key.Length is 0 or > 200 || key.Any(char.IsControl)), $"IdempotencyKey is "
            + $"'{ShownText.Quote(IdempotencyKey)}'; 1 to 200 characters without control characters are allowed."),
        .. OptionFaults.OfTimeout("Timeout", Timeout),
        .. OptionFaults.OfTimeout("RunTimeout", RunTimeout),
        .. Retry?.Faults("Retry") ?? [],
        .. OptionFaults.OfEnum("Priority", Priority),
        .. Faults(UniqueFor is not null && IdempotencyKey is not null, "Both UniqueFor and IdempotencyKey are set; set only one of them."),
        .. Faults(UniqueFor < TimeSpan.FromSeconds(1) || UniqueFor > LongestRetention,
            $"UniqueFor is {UniqueFor}; 1 s to {LongestRetention.TotalDays} days are allowed."),
        .. Faults(
            IdempotencyRetention < TimeSpan.Zero || IdempotencyRetention > LongestRetention,
            $"IdempotencyRetention is {IdempotencyRetention}; zero to {LongestRetention.TotalDays} days are allowed."),
        .. OptionFaults.OfEnum("Guarantee", Guarantee),
        .. Continuation.Faults("Then", Then),
        .. TaskHeaders.Faults("Headers", _headers),
    ];

    private static IEnumerable<string> Faults(bool isFault, string fault) => isFault ? [fault] : [];
}
