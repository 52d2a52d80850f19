using System.Text.Json.Nodes;

namespace OrleansTasks.Cli.Applying;

/// <summary>What becomes of an entry.</summary>
internal enum ChangeKind
{
    /// <summary>It is new, or was cancelled.</summary>
    Create,

    /// <summary>It says something else than before.</summary>
    Change,

    /// <summary>It is as the file says.</summary>
    Unchanged,

    /// <summary>The set has it no more.</summary>
    Prune,

    /// <summary>Its schedule is stopped.</summary>
    Pause,

    /// <summary>Its schedule goes on.</summary>
    Resume,
}

/// <summary>One change of the plan.</summary>
/// <param name="Kind">What becomes of it.</param>
/// <param name="What"><c>task</c>, <c>group</c> or <c>calendar</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Differences">What is different, each with its path.</param>
/// <param name="Note">What is to be known besides; null if nothing.</param>
internal sealed record Change(ChangeKind Kind, string What, string Name, IReadOnlyList<Difference> Differences, string? Note = null)
{
    /// <summary>The request that makes it; null for what is as it is.</summary>
    public ChangeRequest? Request { get; init; }
}

/// <summary>A request of the API.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path.</param>
/// <param name="Body">Its body; null for none.</param>
/// <param name="CreateOnly">Whether it must not replace what somebody has made meanwhile.</param>
internal sealed record ChangeRequest(HttpMethod Method, string Path, JsonNode? Body, bool CreateOnly = false);

/// <summary>A value that is different.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Old">What it is; null if it is not there.</param>
/// <param name="New">What it is to be; null if it goes.</param>
internal sealed record Difference(string Path, string? Old, string? New);
