using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /tasks/{name}/run</c>. All members are optional.</summary>
internal sealed record RunTaskRequest
{
    /// <summary>Gets the positional arguments, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Gets the named arguments, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>Gets the maximum duration of the run, including the time that it waits.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets what happens if the silo that executes the run dies.</summary>
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>Gets whether and when a failed attempt is retried.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets the priority among waiting runs.</summary>
    public RunPriority? Priority { get; init; }

    /// <summary>Gets the headers of the run: an object of strings.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
