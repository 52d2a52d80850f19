using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>The body of <c>POST /tasks/{name}/dispatch</c>; everything may be left out.</summary>
internal sealed record DispatchTaskRequest
{
    /// <summary>Positional arguments, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Named arguments, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The instant at which the run is due; not together with the delay.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>How long after its acceptance the run is due.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>What happens when the silo that runs it dies.</summary>
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>Whether and when it is tried again if its handler fails.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>How long it may take as a whole, from when it is due.</summary>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>The instant from which it is not begun any more.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Which of several waiting runs begin first.</summary>
    public RunPriority? Priority { get; init; }

    /// <summary>How long the key in the header is remembered after its run has ended.</summary>
    public TimeSpan? IdempotencyRetention { get; init; }

    /// <summary>For how long a further dispatch with the same arguments adds nothing.</summary>
    public TimeSpan? UniqueFor { get; init; }

    /// <summary>What is run after it.</summary>
    public IReadOnlyList<Continuation>? Then { get; init; }

    /// <summary>What is to go with the run besides its arguments: an object of texts.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
