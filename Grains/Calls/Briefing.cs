using OrleansTasks.Records;
using OrleansTasks.Schedules;

namespace OrleansTasks.Calls;

/// <summary>What a partition tells a task grain that attaches to it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Briefing")]
internal sealed record Briefing
{
    /// <summary>Tells briefings apart.</summary>
    [Id(9)]
    public long Number { get; init; }

    /// <summary>The task; null if there is none of that name.</summary>
    [Id(0)]
    public TaskEntry? Entry { get; init; }

    /// <summary>The business calendars, if the task's schedule names any.</summary>
    [Id(13)]
    public CalendarSet? Calendars { get; init; }

    [Id(1)]
    public bool Started { get; init; }

    /// <summary>Names this attachment; calls with an older one are refused.</summary>
    [Id(2)]
    public long Epoch { get; init; }

    /// <summary>Counts the activations that have owned the task, of which this one is the last; 0 from silos of earlier versions.</summary>
    [Id(19)]
    public long Term { get; init; }

    /// <summary>The last sequence number that may have been used.</summary>
    [Id(3)]
    public long Sequence { get; init; }

    /// <summary>How far the task's records had come when the partition heard of that last; nothing is known from silos of earlier versions.</summary>
    [Id(20)]
    public StoredMarks Marks { get; init; }

    /// <summary>Names the registry whose numbers these are.</summary>
    [Id(12)]
    public Guid Registry { get; init; }

    /// <summary>When the scheduler was started last.</summary>
    [Id(14)]
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was stopped last; null if it never was.</summary>
    [Id(15)]
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Occurrences before this instant are in no ledger.</summary>
    [Id(16)]
    public DateTimeOffset LedgerFloor { get; init; }

    /// <summary>Occurrences of which runs are stored, whenever these are due.</summary>
    [Id(17)]
    public IReadOnlyList<DateTimeOffset> StoredOccurrences { get; init; } = [];

    /// <summary>An occurrence that the grain is to look after from now on; null: nothing new.</summary>
    [Id(7)]
    public DateTimeOffset? Given { get; init; }

    /// <summary>Whether it is to look after the following ones too, until it says that it lets go.</summary>
    [Id(8)]
    public bool Awake { get; init; }

    /// <summary>What came of the occurrences up to this instant is stored.</summary>
    [Id(10)]
    public DateTimeOffset? Settled { get; init; }

    /// <summary>Runs of occurrences up to this instant may have been started by earlier activations.</summary>
    [Id(11)]
    public DateTimeOffset? Claimed { get; init; }

    /// <summary>Occurrences up to this instant that are not settled may have begun, and may be repeated; null if none has.</summary>
    [Id(31)]
    public DateTimeOffset? MayHaveBegun { get; init; }

    /// <summary>How many owners of the task were lost, one after the other, while such an occurrence may have been under way.</summary>
    [Id(32)]
    public int Losses { get; init; }

    /// <summary>Whether an earlier activation may have left runs behind on other silos.</summary>
    [Id(4)]
    public bool MayHaveOrphans { get; init; }

    /// <summary>Stored runs that are due soon, or ended and not yet in the history, and were not handed to this activation before.</summary>
    [Id(5)]
    public IReadOnlyList<StoredRun> Runs { get; init; } = [];

    /// <summary>Whether there are stored runs that were called off and have to be ended.</summary>
    [Id(30)]
    public bool HasCalledOff { get; init; }

    /// <summary>Whether there are more of them than fit here.</summary>
    [Id(6)]
    public bool HasMore { get; init; }

    /// <summary>What the partition's clock says; null from silos of earlier versions.</summary>
    [Id(18)]
    public DateTimeOffset? Now { get; init; }
}
