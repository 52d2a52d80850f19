using System.Text.Json;

namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>PUT /tasks/{name}</c>. All members are optional.</summary>
internal sealed record PutTaskRequest
{
    /// <summary>Gets the handler's name. Default: the task's name.</summary>
    public string? Handler { get; init; }

    /// <summary>Gets the schedule. Null means that the task runs only on request.</summary>
    public TaskSchedule? Schedule { get; init; }

    /// <summary>Gets the positional arguments of the task's runs, an array.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Gets the named arguments of the task's runs, an object.</summary>
    public JsonElement? Named { get; init; }

    /// <summary>Gets the options of the task.</summary>
    public TaskOptions? Options { get; init; }

    /// <summary>Gets the headers of the task's runs: an object of strings.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
