namespace OrleansTasks;

/// <summary>How far a task has come, as its partition stores it.</summary>
/// <param name="Sequence">The last sequence number that may have been used.</param>
/// <param name="Resume">
/// Occurrences after this instant are not accounted for; null: those after the present. Kept only between two owners, and only of tasks
/// that are due often.
/// </param>
internal sealed record TaskPosition(long Sequence, DateTimeOffset? Resume = null)
{
    public static TaskPosition None { get; } = new(0);
}
