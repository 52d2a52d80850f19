using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>The body of <c>POST /tasks/{name}/run</c>; everything may be left out.</summary>
internal sealed record RunTaskRequest
{
    /// <summary>Positional arguments, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Named arguments, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>How long the run may take, waiting included.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What happens when the silo that runs it dies.</summary>
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>Whether and when it is tried again if its handler fails.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Which of several waiting runs begin first.</summary>
    public RunPriority? Priority { get; init; }

    /// <summary>What is to go with the run besides its arguments: an object of texts.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
