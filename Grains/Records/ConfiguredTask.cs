using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>
/// Represents a task in configuration. Where configuration says nothing, it contains what the code says for the same name.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfiguredTask")]
internal sealed record ConfiguredTask
{
    [Id(0)]
    public required TaskDefinition Task { get; init; }

    /// <summary>Gets the pause that configuration requests, or null if there is none.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConfiguredPause? Pause { get; init; }

    /// <summary>Gets the fingerprint of the code's own definition, or null if no code has defined it.</summary>
    [Id(2), JsonIgnore]
    public string? Code { get; init; }

    /// <summary>Returns a text that is the same in every process for equal content.</summary>
    public string Fingerprint() => Fingerprints.Of(this);
}

/// <summary>Represents a pause that configuration requests.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfiguredPause")]
internal sealed record ConfiguredPause
{
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Until { get; init; }

    [Id(2)]
    public PausedOccurrences Occurrences { get; init; }
}
