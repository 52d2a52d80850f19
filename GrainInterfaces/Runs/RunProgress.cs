using System.Text.Json;

namespace OrleansTasks;

/// <summary>Represents the progress that a handler last reported.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunProgress")]
public sealed record RunProgress
{
    /// <summary>Gets the completed fraction, 0 to 1, or null if the handler reported none.</summary>
    [Id(0)]
    public double? Fraction { get; init; }

    /// <summary>Gets a message for people to read, or null if there is none.</summary>
    [Id(1)]
    public string? Message { get; init; }

    /// <summary>Gets the time of the report.</summary>
    [Id(2)]
    public DateTimeOffset At { get; init; }

    /// <summary>Gets further JSON from the handler, or null if there is none.</summary>
    public JsonElement? Data => Json is null ? null : JsonSerializer.Deserialize(Json, TaskJson.Options.ContractOf<JsonElement>());

    [Id(3)]
    internal byte[]? Json { get; init; }
}
