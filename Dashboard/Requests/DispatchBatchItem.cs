using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>Represents one run in the body of <c>POST /batches</c>.</summary>
internal sealed record DispatchBatchItem
{
    /// <summary>Gets the task's name.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the positional arguments, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Gets the named arguments, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>Gets the options of the run, such as when it is due.</summary>
    public DispatchOptions? Options { get; init; }

    /// <summary>Gets the headers of the run: an object of strings. The options can contain them instead.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
