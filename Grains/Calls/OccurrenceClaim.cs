using OrleansTasks.Records;

namespace OrleansTasks.Calls;

/// <summary>What a task grain has its partition note before runs of its occurrences start.</summary>
/// <param name="Task">The task.</param>
/// <param name="Epoch">Its attachment.</param>
/// <param name="Through">Runs of occurrences up to this instant start.</param>
/// <param name="Settled">Those up to this one are settled; null if that is not known.</param>
/// <param name="Marks">How far the task's records have come.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.OccurrenceClaim")]
internal readonly record struct OccurrenceClaim(
    [property: Id(0)] string Task, [property: Id(1)] long Epoch, [property: Id(2)] DateTimeOffset Through, [property: Id(3)] DateTimeOffset? Settled, [property: Id(4)] StoredMarks Marks = default);

/// <summary>What the partition says to it.</summary>
/// <param name="IsStale">Whether the attachment is out of date; then nothing was noted.</param>
/// <param name="Others">The instant up to which other activations had claimed; null if none had. Runs of those may not be started.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.ClaimReply")]
internal readonly record struct ClaimReply([property: Id(0)] bool IsStale, [property: Id(1)] DateTimeOffset? Others);
