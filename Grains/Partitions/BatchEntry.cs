using System.Text.Json.Serialization;

namespace OrleansTasks.Partitions;

/// <summary>A batch as a partition stores it.</summary>
/// <param name="Expires">When it is forgotten; null while it has not ended.</param>
internal sealed record BatchEntry([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Expires = null);
