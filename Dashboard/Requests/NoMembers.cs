namespace OrleansTasks.Requests;

/// <summary>Represents the body of requests that have no parameters: an empty object, or no body.</summary>
internal sealed record NoMembers;
