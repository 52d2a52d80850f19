using OrleansTasks.Records;
using OrleansTasks.Schedules;

namespace OrleansTasks.Calls;

/// <summary>Contains what a partition tells a task grain that attaches to it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Briefing")]
internal sealed record Briefing
{
    /// <summary>Gets the number of the briefing.</summary>
    [Id(9)]
    public long Number { get; init; }

    /// <summary>Gets the task, or null if there is no task of that name.</summary>
    [Id(0)]
    public TaskEntry? Entry { get; init; }

    /// <summary>Gets the business calendars, if the task's schedule names any.</summary>
    [Id(13)]
    public CalendarSet? Calendars { get; init; }

    [Id(1)]
    public bool Started { get; init; }

    /// <summary>Gets the epoch of this attachment. Calls with an older one are rejected.</summary>
    [Id(2)]
    public long Epoch { get; init; }

    /// <summary>
    /// Gets the number of activations that have owned the task, up to and including this one, or 0 from silos of earlier versions.
    /// </summary>
    [Id(19)]
    public long Term { get; init; }

    /// <summary>Gets the last sequence number that may have been used.</summary>
    [Id(3)]
    public long Sequence { get; init; }

    /// <summary>Gets how far the task's records had come when the partition was last told. Empty from silos of earlier versions.</summary>
    [Id(20)]
    public StoredMarks Marks { get; init; }

    /// <summary>Gets the id of the registry to which these numbers belong.</summary>
    [Id(12)]
    public Guid Registry { get; init; }

    /// <summary>Gets when the scheduler was last started.</summary>
    [Id(14)]
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it was last stopped, or null if it never was.</summary>
    [Id(15)]
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Gets the instant before which no ledger contains occurrences.</summary>
    [Id(16)]
    public DateTimeOffset LedgerFloor { get; init; }

    /// <summary>Gets occurrences whose runs are stored, whenever these are due.</summary>
    [Id(17)]
    public IReadOnlyList<DateTimeOffset> StoredOccurrences { get; init; } = [];

    /// <summary>Gets an occurrence that the grain handles from now on, or null if there is no new one.</summary>
    [Id(7)]
    public DateTimeOffset? Given { get; init; }

    /// <summary>Gets whether it also handles the following ones, until it says that it stops.</summary>
    [Id(8)]
    public bool Awake { get; init; }

    /// <summary>Gets the instant up to which the results of all occurrences are stored.</summary>
    [Id(10)]
    public DateTimeOffset? Settled { get; init; }

    /// <summary>Gets the instant up to which earlier activations may have started runs of occurrences.</summary>
    [Id(11)]
    public DateTimeOffset? Claimed { get; init; }

    /// <summary>
    /// Gets the instant up to which occurrences that are not settled may have started, and may be repeated, or null if none has.
    /// </summary>
    [Id(31)]
    public DateTimeOffset? MayHaveBegun { get; init; }

    /// <summary>Gets how many consecutive owners of the task were lost while such an occurrence may have been running.</summary>
    [Id(32)]
    public int Losses { get; init; }

    /// <summary>Gets whether an earlier activation may have left runs on other silos.</summary>
    [Id(4)]
    public bool MayHaveOrphans { get; init; }

    /// <summary>
    /// Gets stored runs that are due soon, or ended and not yet in the history, and that this activation was not given before.
    /// </summary>
    [Id(5)]
    public IReadOnlyList<StoredRun> Runs { get; init; } = [];

    /// <summary>Gets whether there are stored runs that were cancelled and must be ended.</summary>
    [Id(30)]
    public bool HasCalledOff { get; init; }

    /// <summary>Gets whether there are more of them than fit here.</summary>
    [Id(6)]
    public bool HasMore { get; init; }

    /// <summary>Gets the time of the partition's clock, or null from silos of earlier versions.</summary>
    [Id(18)]
    public DateTimeOffset? Now { get; init; }
}
