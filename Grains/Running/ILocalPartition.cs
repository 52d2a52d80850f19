namespace OrleansTasks.Running;

/// <summary>A partition's grain, as its silo sees it.</summary>
internal interface ILocalPartition : ILocalGrain
{
    /// <summary>Whether another owner has taken the partition, or it was given up.</summary>
    bool IsLost { get; }

    /// <summary>How many of its stored runs have not ended. Read on any thread.</summary>
    int PendingRuns { get; }

    /// <summary>How many segments its journal has. Read on any thread.</summary>
    int JournalLength { get; }

    /// <summary>Wakes no tasks any more: the silo stops.</summary>
    void StopWaking();
}
