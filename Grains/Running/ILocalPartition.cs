namespace OrleansTasks.Running;

/// <summary>A partition's grain, as its silo sees it.</summary>
internal interface ILocalPartition : ILocalGrain
{
    /// <summary>Whether another owner has taken the partition, or it was given up.</summary>
    bool IsLost { get; }

    /// <summary>Wakes no tasks any more: the silo stops.</summary>
    void StopWaking();
}
