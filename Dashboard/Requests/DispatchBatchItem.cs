using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>A run of a batch, as <c>POST /batches</c> takes it.</summary>
internal sealed record DispatchBatchItem
{
    /// <summary>The task's name.</summary>
    public string? Task { get; init; }

    /// <summary>Positional arguments, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Named arguments, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>When it is due, and how it is to be treated.</summary>
    public DispatchOptions? Options { get; init; }

    /// <summary>What is to go with the run besides its arguments: an object of texts. Or as part of the options.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
