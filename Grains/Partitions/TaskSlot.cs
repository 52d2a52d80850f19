using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>A task in its partition's memory: the stored entry, and who works on it.</summary>
internal sealed class TaskSlot
{
    private const long NoDue = long.MaxValue;
    private long _heapDue = NoDue;

    /// <summary>Null: there is no such task, but its grain is attached or has runs left.</summary>
    public TaskEntry? Entry { get; set; }

    public TaskPosition Position { get; set; } = TaskPosition.None;

    public Ownership Owner { get; set; } = Ownership.None;

    /// <summary>The activation that is or was attached, as this activation of the partition knows it; null while none was.</summary>
    public Attached? Last { get; set; }

    /// <summary>Whether the last owner left runs behind that were under way.</summary>
    public bool HasOrphans { get; set; }

    /// <summary>Whether the owner looks after those that follow the given one too, so that the heap holds nothing.</summary>
    public bool Awake { get; set; }

    /// <summary>The next occurrence that no owner was given, for which the heap holds an item; items with another instant are void.</summary>
    public long? HeapDue
    {
        get => _heapDue == NoDue ? null : _heapDue;
        set => _heapDue = value ?? NoDue;
    }

    /// <summary>The last occurrence that the present owner was given.</summary>
    public DateTimeOffset? Given
    {
        get => Last?.Given;
        set
        {
            if (Last is not null)
            {
                Last.Given = value;
            }
        }
    }

    /// <summary>Stored runs of the task, by id; true where they were handed to the present owner.</summary>
    public TaskBacklog? Runs { get; set; }

    /// <summary>What holds of the task; the defaults if there is no such task.</summary>
    public TaskOptions Options => Entry?.EffectiveOptions ?? TaskOptions.Default;

    /// <summary>Whether an activation is attached.</summary>
    public bool IsAttachedTo(Guid activation) => Owner == Ownership.Attached && Last?.Activation == activation;

    /// <summary>The position with how far the task's records have come. Of a task that is no more nothing is noted: they are being removed.</summary>
    public TaskPosition PositionWith(StoredMarks marks) => Entry is null ? Position : Position.Keep(OccurrenceLosses.With(marks, Entry, HeapDue));

    /// <summary>Nobody works on it any more.</summary>
    public void Leave() => (Owner, Last) = (Ownership.None, null);

    public enum Ownership
    {
        /// <summary>No activation of the task grain works on it.</summary>
        None,

        /// <summary>One is attached.</summary>
        Attached,

        /// <summary>One may be at work: it was attached to the partition's earlier activation, or its silo was lost.</summary>
        Unknown,
    }

    /// <summary>An activation of the task grain that was attached.</summary>
    public sealed class Attached(Guid activation, SiloAddress silo, long epoch)
    {
        public Guid Activation => activation;

        public SiloAddress Silo => silo;

        public long Epoch => epoch;

        /// <summary>The number of its last question.</summary>
        public long Question { get; set; }

        /// <summary>The number of its last briefing.</summary>
        public long Briefing { get; set; }

        /// <summary>The last occurrence that it was given.</summary>
        public DateTimeOffset? Given { get; set; }

        /// <summary>The instant up to which its predecessor may have begun occurrences that it has not settled.</summary>
        public DateTimeOffset? MayHaveBegun { get; set; }
    }
}
