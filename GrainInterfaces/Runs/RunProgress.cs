using System.Text.Json;

namespace OrleansTasks;

/// <summary>What a handler last said of its progress.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunProgress")]
public sealed record RunProgress
{
    /// <summary>The part done, 0 to 1; null if the handler did not say.</summary>
    [Id(0)]
    public double? Fraction { get; init; }

    /// <summary>A message for people; null if there is none.</summary>
    [Id(1)]
    public string? Message { get; init; }

    /// <summary>When the handler said it.</summary>
    [Id(2)]
    public DateTimeOffset At { get; init; }

    /// <summary>Any further JSON that the handler gave; null if there is none.</summary>
    public JsonElement? Data => Json is null ? null : JsonSerializer.Deserialize<JsonElement>(Json);

    [Id(3)]
    internal byte[]? Json { get; init; }
}
