using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /runs/{runId}/retry</c>. All members are optional.</summary>
internal sealed record RetryRunRequest
{
    /// <summary>Gets the positional arguments that replace those of the run, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Gets the named arguments that replace those of the run, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>Gets the time from acceptance until the new run is due.</summary>
    public TimeSpan? Delay { get; init; }
}
