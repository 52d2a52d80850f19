namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /tasks/{name}/trigger</c>. All members are optional.</summary>
internal sealed record TriggerTaskRequest
{
    /// <summary>Gets the headers of the run: an object of strings.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
