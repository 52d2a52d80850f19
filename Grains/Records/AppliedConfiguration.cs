using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>Which configuration is in force, as partition 0 stores it.</summary>
internal sealed record AppliedConfiguration
{
    /// <summary>Its place in the order of configurations; later ones have greater numbers, and the partitions take none that is earlier than theirs.</summary>
    public long Number { get; init; }

    /// <summary>The fingerprint of all that it says.</summary>
    public required string Content { get; init; }

    /// <summary>Its own version; 0 if it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Version { get; init; }

    /// <summary>The business calendars that it has set, with their fingerprints.</summary>
    public IReadOnlyDictionary<string, string> Calendars { get; init; } = new Dictionary<string, string>();

    /// <summary>The groups whose limits it or an earlier one has set, with the fingerprints of these; an empty one where it is not known which were set.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();
}
