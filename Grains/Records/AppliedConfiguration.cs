using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>Stores, in partition 0, which configuration is in force.</summary>
internal sealed record AppliedConfiguration
{
    /// <summary>
    /// Gets its place in the order of configurations. Later ones have greater numbers, and a partition rejects one that is earlier than its
    /// own.
    /// </summary>
    public long Number { get; init; }

    /// <summary>Gets the fingerprint of its whole content.</summary>
    public required string Content { get; init; }

    /// <summary>Gets its own version, or 0 if it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Version { get; init; }

    /// <summary>Gets the business calendars that it has set, with their fingerprints.</summary>
    public IReadOnlyDictionary<string, string> Calendars { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Gets the groups whose limits were set by this configuration or an earlier one, with the fingerprints of the limits. A fingerprint is
    /// empty if it is not known which limits were set.
    /// </summary>
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string>();
}
