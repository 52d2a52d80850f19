using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks;

/// <summary>Represents a message to all connected clients.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BroadcastMessage")]
public sealed record BroadcastMessage
{
    /// <summary>Gets the id of the message.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>Gets the time at which the message was sent.</summary>
    [Id(1)]
    public DateTimeOffset SentAt { get; init; }

    /// <summary>Gets the task whose handler sent the message, or null if a client did.</summary>
    [Id(2)]
    public string? Task { get; init; }

    /// <summary>Gets the message as JSON.</summary>
    public JsonElement Message => JsonSerializer.Deserialize(Json, TaskJson.Options.ContractOf<JsonElement>());

    /// <summary>Gets the message as JSON in UTF-8.</summary>
    [Id(3), JsonIgnore]
    internal byte[] Json { get; init; } = TaskJson.NullLiteral;

    /// <summary>Returns the message.</summary>
    /// <typeparam name="T">The type to read the message as.</typeparam>
    /// <returns>The message.</returns>
    /// <exception cref="TaskValueMismatchException">The message cannot be read as the type.</exception>
    public T? GetValue<T>() => TaskJson.ReadValue<T>(Json, Task, $"The broadcast {Id:N}");

    /// <summary>Returns the message, without reflection.</summary>
    /// <typeparam name="T">The type to read the message as.</typeparam>
    /// <param name="type">
    /// The JSON contract of the type, from a source-generated context (see <see cref="TaskJson.CreateOptions"/>).
    /// </param>
    /// <returns>The message.</returns>
    /// <exception cref="TaskValueMismatchException">The message cannot be read as the type.</exception>
    public T? GetValue<T>(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return TaskJson.ReadValue(Json, Task, $"The broadcast {Id:N}", type);
    }
}
