namespace OrleansTasks.Requests;

/// <summary>The body of requests that need none: an empty object, or nothing.</summary>
internal sealed record NoMembers;
