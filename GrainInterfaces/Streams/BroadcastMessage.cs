using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>A message to all connected client web servers.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BroadcastMessage")]
public sealed record BroadcastMessage
{
    /// <summary>Names this message.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>When it was sent.</summary>
    [Id(1)]
    public DateTimeOffset SentAt { get; init; }

    /// <summary>The task whose handler sent it; null if a client did.</summary>
    [Id(2)]
    public string? Task { get; init; }

    /// <summary>The message as JSON.</summary>
    public JsonElement Message => JsonSerializer.Deserialize<JsonElement>(Json, TaskJson.Options);

    /// <summary>The message as JSON in UTF-8.</summary>
    [Id(3), JsonIgnore]
    internal byte[] Json { get; init; } = TaskJson.NullLiteral;

    /// <summary>The message.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <returns>The message.</returns>
    /// <exception cref="TaskValueMismatchException">The message cannot be read as the type.</exception>
    public T? GetValue<T>() => TaskJson.ReadValue<T>(Json, Task, $"The broadcast {Id:N}");
}
