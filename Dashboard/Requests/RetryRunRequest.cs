using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>The body of <c>POST /runs/{runId}/retry</c>; everything may be left out.</summary>
internal sealed record RetryRunRequest
{
    /// <summary>Positional arguments in place of those of the run, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Named arguments in place of those of the run, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>How long after its acceptance the new run is due.</summary>
    public TimeSpan? Delay { get; init; }
}
