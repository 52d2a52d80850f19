namespace OrleansTasks;

/// <summary>A task in its partition's memory: the stored entry, and who works on it.</summary>
internal sealed class TaskSlot
{
    /// <summary>Null: there is no such task, but its grain is attached or has runs left.</summary>
    public TaskEntry? Entry { get; set; }

    /// <summary>The last sequence number that may have been used.</summary>
    public long Sequence { get; set; }

    public Ownership Owner { get; set; } = Ownership.None;

    public Guid Activation { get; set; }

    public SiloAddress? Silo { get; set; }

    public long Epoch { get; set; }

    /// <summary>Whether the grain keeps itself awake for its next occurrences, so that nothing is in the heap for it.</summary>
    public bool Awake { get; set; }

    /// <summary>The instant for which the heap holds an item of this task; items with another one are void.</summary>
    public long? HeapDue { get; set; }

    /// <summary>Stored runs of the task, by id; true where they were handed to the present owner.</summary>
    public Dictionary<Guid, bool>? Runs { get; set; }

    public enum Ownership
    {
        /// <summary>No activation of the task grain works on it.</summary>
        None,

        /// <summary>One is attached.</summary>
        Attached,

        /// <summary>The partition has just been loaded: one may be at work that was attached to the partition's earlier activation.</summary>
        Unknown,
    }
}
