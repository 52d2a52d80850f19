using OrleansTasks.Calls;
using OrleansTasks.Running;

namespace OrleansTasks.Partitions;

/// <summary>
/// Knows questions of task grains that were long on their way. Who has asked may have left or been replaced since, and would be taken for the owner of its task: nobody takes what it were
/// handed, and nobody wakes a task that has an owner.
/// </summary>
/// <param name="time">The clock of waits.</param>
internal sealed class LateQuestions(TimeProvider time)
{
    private readonly RememberedIds _gone = new(time);
    private readonly long _began = time.GetTimestamp();

    /// <summary>Names this activation of the partition: nobody knew it before.</summary>
    public Guid Name { get; } = Guid.NewGuid();

    /// <summary>Whether earlier activations of the partition may have been asked.</summary>
    public bool HasPredecessors { get; set; } = true;

    /// <summary>Takes that an activation has left, or was replaced.</summary>
    public void Leave(Guid activation) => _gone.Add(activation);

    /// <summary>Whether an activation has left, or was replaced, since this activation of the partition began.</summary>
    public bool HasLeft(Guid activation) => _gone.Contains(activation);

    /// <summary>
    /// Whether a question of an activation that is not known may have been sent to an earlier activation of the partition, which may know that it has left. It is asked to send the question once
    /// more, with this one's name. Activations of earlier versions are not asked.
    /// </summary>
    public bool MayBeEarlier(Attachment attachment) => HasPredecessors && attachment.Met is { } met && met != Name && time.GetElapsedTime(_began) < RememberedIds.Kept;
}
