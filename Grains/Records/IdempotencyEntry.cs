using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>The dispatch that an idempotency key stands for, as it is stored.</summary>
/// <param name="Run">The run.</param>
/// <param name="Expires">When the key is forgotten; null while its run has not ended.</param>
/// <param name="Kept">How long that is from when it was stored; null if it is not known.</param>
/// <param name="Work">What the dispatch asked for, part by part; null where an earlier version stored it.</param>
internal sealed record IdempotencyEntry(
    Guid Run,
    DateTimeOffset? Expires = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TimeSpan? Kept = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Work = null)
{
    /// <summary>The last generation of any task when it was noted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }
}
