using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>Stores the dispatch that belongs to an idempotency key.</summary>
/// <param name="Run">The run.</param>
/// <param name="Expires">When the key is forgotten, or null while its run has not ended.</param>
/// <param name="Kept">How long the key is kept from when it was stored, or null if it is not known.</param>
/// <param name="Work">What the dispatch requested, part by part, or null if an earlier version stored it.</param>
internal sealed record IdempotencyEntry(
    Guid Run,
    DateTimeOffset? Expires = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TimeSpan? Kept = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Work = null)
{
    /// <summary>Gets the last generation of any task when this was stored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }
}
