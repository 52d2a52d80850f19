namespace OrleansTasks.Requests;

/// <summary>The body of <c>POST /tasks/{name}/trigger</c>; everything may be left out.</summary>
internal sealed record TriggerTaskRequest
{
    /// <summary>What is to go with the run besides its arguments: an object of texts.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
