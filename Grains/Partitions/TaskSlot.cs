namespace OrleansTasks;

/// <summary>A task in its partition's memory: the stored entry, and who works on it.</summary>
internal sealed class TaskSlot
{
    /// <summary>Null: there is no such task, but its grain is attached or has runs left.</summary>
    public TaskEntry? Entry { get; set; }

    public TaskPosition Position { get; set; } = TaskPosition.None;

    public Ownership Owner { get; set; } = Ownership.None;

    public Guid Activation { get; set; }

    public SiloAddress? Silo { get; set; }

    public long Epoch { get; set; }

    /// <summary>The number of the last briefing of the owner.</summary>
    public long Briefing { get; set; }

    /// <summary>Whether the last owner left runs behind that were under way.</summary>
    public bool HasOrphans { get; set; }

    /// <summary>The next occurrence that no owner was given, for which the heap holds an item; items with another instant are void.</summary>
    public long? HeapDue { get; set; }

    /// <summary>The last occurrence that the present owner was given.</summary>
    public DateTimeOffset? Given { get; set; }

    /// <summary>Whether the owner looks after those that follow the given one too, so that the heap holds nothing.</summary>
    public bool Awake { get; set; }

    /// <summary>Stored runs of the task, by id; true where they were handed to the present owner.</summary>
    public Dictionary<Guid, bool>? Runs { get; set; }

    public enum Ownership
    {
        /// <summary>No activation of the task grain works on it.</summary>
        None,

        /// <summary>One is attached.</summary>
        Attached,

        /// <summary>One may be at work: it was attached to the partition's earlier activation, or its silo was lost.</summary>
        Unknown,
    }
}
