using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>A task as configuration has it: with what the code of the same name says where configuration says nothing.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ConfiguredTask")]
internal sealed record ConfiguredTask
{
    [Id(0)]
    public required TaskDefinition Task { get; init; }

    /// <summary>The pause that configuration asks for; null: none.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ConfiguredPause? Pause { get; init; }

    /// <summary>The fingerprint of the code's own definition; null if no code has defined it.</summary>
    [Id(2), JsonIgnore]
    public string? Code { get; init; }

    /// <summary>The same for what means the same in every process.</summary>
    public string Fingerprint() => Fingerprints.Of(this);
}

/// <summary>A pause that configuration asks for.</summary>
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
