using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Represents a task in its partition's memory: the stored entry, and its owner.</summary>
internal sealed class TaskSlot
{
    private const long NoDue = long.MaxValue;
    private long _heapDue = NoDue;

    /// <summary>Gets or sets the entry. Null if the task does not exist, but its grain is attached or has runs left.</summary>
    public TaskEntry? Entry { get; set; }

    public TaskPosition Position { get; set; } = TaskPosition.None;

    public Ownership Owner { get; set; } = Ownership.None;

    /// <summary>
    /// Gets or sets the activation that is or was attached, as far as this activation of the partition knows. Null if there was none.
    /// </summary>
    public Attached? Last { get; set; }

    /// <summary>Gets or sets whether the last owner left runs that were in progress.</summary>
    public bool HasOrphans { get; set; }

    /// <summary>Gets or sets whether the owner also handles the occurrences after the given one, so that the heap has no entry.</summary>
    public bool Awake { get; set; }

    /// <summary>
    /// Gets or sets the next occurrence that no owner has received. The heap has an entry for it; entries with another instant are void.
    /// </summary>
    public long? HeapDue
    {
        get => _heapDue == NoDue ? null : _heapDue;
        set => _heapDue = value ?? NoDue;
    }

    /// <summary>Gets or sets the last occurrence that the present owner received.</summary>
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

    /// <summary>Gets or sets the stored runs of the task, by id; true for those that were handed to the present owner.</summary>
    public TaskBacklog? Runs { get; set; }

    /// <summary>Gets the task's options; the defaults if there is no task.</summary>
    public TaskOptions Options => Entry?.EffectiveOptions ?? TaskOptions.Default;

    /// <summary>Returns whether an activation is attached.</summary>
    public bool IsAttachedTo(Guid activation) => Owner == Ownership.Attached && Last?.Activation == activation;

    /// <summary>
    /// Returns the position with how far the task's records have come. For a removed task it does not change, because its records are being
    /// removed.
    /// </summary>
    public TaskPosition PositionWith(StoredMarks marks) =>
        Entry is null ? Position : Position.Keep(OccurrenceLosses.With(marks, Entry, HeapDue));

    /// <summary>Records that nobody owns the task any more.</summary>
    public void Leave() => (Owner, Last) = (Ownership.None, null);

    public enum Ownership
    {
        /// <summary>No activation of the task's grain owns it.</summary>
        None,

        /// <summary>An activation is attached.</summary>
        Attached,

        /// <summary>An activation may be at work: it was attached to the partition's earlier activation, or its silo was lost.</summary>
        Unknown,
    }

    /// <summary>Represents an activation of the task's grain that is or was attached.</summary>
    public sealed class Attached(Guid activation, SiloAddress silo, long epoch)
    {
        public Guid Activation => activation;

        public SiloAddress Silo => silo;

        public long Epoch => epoch;

        /// <summary>Gets or sets the number of its last question.</summary>
        public long Question { get; set; }

        /// <summary>Gets or sets the number of its last briefing.</summary>
        public long Briefing { get; set; }

        /// <summary>Gets or sets the last occurrence that it received.</summary>
        public DateTimeOffset? Given { get; set; }

        /// <summary>Gets or sets the instant up to which its predecessor may have started occurrences that it has not settled.</summary>
        public DateTimeOffset? MayHaveBegun { get; set; }
    }
}
