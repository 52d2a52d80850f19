using System.Text.Json;

namespace OrleansTasks;

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
}
