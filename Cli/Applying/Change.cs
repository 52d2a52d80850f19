using System.Text.Json.Nodes;

namespace OrleansTasks.Cli.Applying;

/// <summary>Specifies what happens to an entry.</summary>
internal enum ChangeKind
{
    /// <summary>Creates the entry, because it is new or was cancelled.</summary>
    Create,

    /// <summary>Changes the entry, because the file differs from the cluster.</summary>
    Change,

    /// <summary>Keeps the entry, because it matches the file.</summary>
    Unchanged,

    /// <summary>Cancels the task, because the file no longer declares it.</summary>
    Prune,

    /// <summary>Pauses the schedule.</summary>
    Pause,

    /// <summary>Resumes the schedule.</summary>
    Resume,
}

/// <summary>Represents a change in the plan.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="What">The type of entry: <c>task</c>, <c>group</c> or <c>calendar</c>.</param>
/// <param name="Name">The name of the entry.</param>
/// <param name="Differences">The differences between the cluster and the file.</param>
/// <param name="Note">A note for the user, or null if there is none.</param>
internal sealed record Change(ChangeKind Kind, string What, string Name, IReadOnlyList<Difference> Differences, string? Note = null)
{
    /// <summary>Gets the request that makes the change, or null if nothing changes.</summary>
    public ChangeRequest? Request { get; init; }
}

/// <summary>Represents a request to the API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path.</param>
/// <param name="Body">The body, or null for none.</param>
/// <param name="CreateOnly">Whether the request must not replace an entry that someone has created in the meantime.</param>
internal sealed record ChangeRequest(HttpMethod Method, string Path, JsonNode? Body, bool CreateOnly = false);

/// <summary>Represents a value that differs.</summary>
/// <param name="Path">The path of the value.</param>
/// <param name="Old">The current value, or null if there is none.</param>
/// <param name="New">The new value, or null if the value is removed.</param>
internal sealed record Difference(string Path, string? Old, string? New);
