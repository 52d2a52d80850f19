using OrleansTasks.Calls;
using OrleansTasks.Running;

namespace OrleansTasks.Partitions;

/// <summary>
/// Detects questions of task grains that took long to arrive. The sender may have left or been replaced since, and would be considered the
/// owner of its task. Nobody would accept what it receives, and nobody wakes a task that has an owner.
/// </summary>
/// <param name="time">The clock for waits.</param>
internal sealed class LateQuestions(TimeProvider time)
{
    private readonly RememberedIds _gone = new(time);
    private readonly long _began = time.GetTimestamp();

    /// <summary>Gets the name of this activation of the partition, which nobody knew before.</summary>
    public Guid Name { get; } = Guid.NewGuid();

    /// <summary>Gets or sets whether earlier activations of the partition may have received questions.</summary>
    public bool HasPredecessors { get; set; } = true;

    /// <summary>Records that an activation of a task has left, or was replaced.</summary>
    public void Leave(Guid activation) => _gone.Add(activation);

    /// <summary>
    /// Returns whether an activation of a task has left, or was replaced, since this activation of the partition started.
    /// </summary>
    public bool HasLeft(Guid activation) => _gone.Contains(activation);

    /// <summary>
    /// Returns whether a question from an unknown activation may have been sent to an earlier activation of the partition, which may know
    /// that the sender has left. If so, the sender has to send the question again, with this activation's name. Activations of earlier
    /// versions are exempt.
    /// </summary>
    public bool MayBeEarlier(Attachment attachment) =>
        HasPredecessors && attachment.Met is { } met && met != Name && time.GetElapsedTime(_began) < RememberedIds.Kept;
}
