using System.Text.Json.Serialization;

namespace OrleansTasks.Partitions;

/// <summary>Represents a batch as a partition stores it.</summary>
/// <param name="Expires">The time at which the partition forgets the batch; null while the batch has not ended.</param>
/// <param name="Made">Whether the batch's own record is known to have been stored. Also false for entries of earlier versions.</param>
internal sealed record BatchEntry(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Expires = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Made = false)
{
    /// <summary>Returns whether the batch's record must exist at an instant.</summary>
    public bool IsExpectedAt(DateTimeOffset now) => Made && !(Expires <= now);
}
