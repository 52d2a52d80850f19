using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>The body of <c>PUT /tasks/{name}</c>; everything may be left out.</summary>
internal sealed record PutTaskRequest
{
    /// <summary>The handler's name; the task's own if left out.</summary>
    public string? Handler { get; init; }

    /// <summary>When it runs; only by request if left out.</summary>
    public TaskSchedule? Schedule { get; init; }

    /// <summary>Positional arguments of its runs, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Named arguments of its runs, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>How its runs are treated.</summary>
    public TaskOptions? Options { get; init; }

    /// <summary>What is to go with the task's runs besides their arguments: an object of texts.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
