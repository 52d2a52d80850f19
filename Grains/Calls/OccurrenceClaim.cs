using OrleansTasks.Records;

namespace OrleansTasks.Calls;

/// <summary>Asks a partition to store, before runs of a task's occurrences start, that they start.</summary>
/// <param name="Task">The task.</param>
/// <param name="Epoch">The epoch of its attachment.</param>
/// <param name="Through">Runs of occurrences up to this instant start.</param>
/// <param name="Settled">Occurrences up to this instant are settled. Null if it is not known.</param>
/// <param name="Marks">How far the task's records have come.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.OccurrenceClaim")]
internal readonly record struct OccurrenceClaim(
    [property: Id(0)] string Task, [property: Id(1)] long Epoch, [property: Id(2)] DateTimeOffset Through,
    [property: Id(3)] DateTimeOffset? Settled, [property: Id(4)] StoredMarks Marks = default);

/// <summary>Represents the partition's answer to a claim.</summary>
/// <param name="IsStale">Whether the attachment is outdated. Then nothing was stored.</param>
/// <param name="Others">
/// The instant up to which other activations had claimed, or null if none had. Runs of those occurrences must not be started.
/// </param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ClaimReply")]
internal readonly record struct ClaimReply([property: Id(0)] bool IsStale, [property: Id(1)] DateTimeOffset? Others);
