using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /tasks/{name}/dispatch</c>. All members are optional.</summary>
internal sealed record DispatchTaskRequest
{
    /// <summary>Gets the positional arguments, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Gets the named arguments, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>Gets the maximum duration of one attempt.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the instant at which the run is due. It excludes <see cref="Delay"/>.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Gets the time from acceptance until the run is due.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Gets what happens if the silo that executes the run dies.</summary>
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>Gets whether and when a failed attempt is retried.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets the maximum duration of the whole run, from when it is due.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Gets the instant from which the run no longer starts.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets the priority among waiting runs.</summary>
    public RunPriority? Priority { get; init; }

    /// <summary>Gets how long the key in the Idempotency-Key header is remembered after the run has ended.</summary>
    public TimeSpan? IdempotencyRetention { get; init; }

    /// <summary>Gets how long a further dispatch with the same arguments creates no new run.</summary>
    public TimeSpan? UniqueFor { get; init; }

    /// <summary>Gets the continuations of the run.</summary>
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>Gets the headers of the run: an object of strings.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
