using System.Text.Json.Serialization;

namespace OrleansTasks.Partitions;

/// <summary>A batch as a partition stores it.</summary>
/// <param name="Expires">When it is forgotten; null while it has not ended.</param>
/// <param name="Made">Whether its own record is known to have been stored; false also from earlier versions.</param>
internal sealed record BatchEntry(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Expires = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Made = false)
{
    /// <summary>Whether its record is to be there at an instant.</summary>
    public bool IsExpectedAt(DateTimeOffset now) => Made && !(Expires <= now);
}
