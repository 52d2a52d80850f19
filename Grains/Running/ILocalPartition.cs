namespace OrleansTasks.Running;

/// <summary>Represents a partition's grain to its silo.</summary>
internal interface ILocalPartition : ILocalGrain
{
    /// <summary>Gets whether another owner has taken the partition, or it was given up.</summary>
    bool IsLost { get; }

    /// <summary>Gets how many of its stored runs have not ended. Read on any thread.</summary>
    int PendingRuns { get; }

    /// <summary>Gets how many segments its journal has. Read on any thread.</summary>
    int JournalLength { get; }

    /// <summary>Stops waking tasks, because the silo is stopping.</summary>
    void StopWaking();
}
