using OrleansTasks.Runs;

namespace OrleansTasks.Archive;

/// <summary>
/// Represents an archived run in memory, with everything that is often searched for. It is a value without references, so that a million of
/// them cost the garbage collector nothing.
/// </summary>
internal struct ArchiveRow
{
    public Guid Id;

    /// <summary>The run of the same task that this run retried; empty if there is none.</summary>
    public Guid RetryOf;

    /// <summary>Instants in ticks. <see cref="Began"/> is 0 if no attempt started.</summary>
    public long Sequence, Due, Began, Ended, Expires;

    /// <summary>The numbers of interned texts.</summary>
    public int Task, Handler, Group, Tags, Silo, ErrorType, RequestedBy, Headers, Parent, Batch;

    /// <summary>The location of the details.</summary>
    public int Segment, Offset, Length;

    /// <summary>The previous and the next row of its kind, and the next row of its task.</summary>
    public int Previous, Next, NextOfTask;

    public short Attempt;

    /// <summary>The number of changes to the row: the latest of several stored rows counts.</summary>
    public ushort Revision;

    /// <summary>What was done about the run, if it is a dead letter.</summary>
    public DeadLetterState Mark;
    public RunStatus Status;
    public RunTrigger Trigger;
    public RowState State;

    /// <summary>Gets the kind, which tells runs that succeeded from others. Runs of one kind never displace those of the other.</summary>
    public readonly RowKind Kind => Status == RunStatus.Succeeded ? RowKind.Succeeded : RowKind.Other;

    /// <summary>Returns the sort key of the row.</summary>
    public readonly long KeyOf(RunSort sort) => RunRank.KeyOf(sort, Due, Began, Ended);
}

/// <summary>Defines whether a row is in use.</summary>
internal enum RowState : byte
{
    /// <summary>The row is free.</summary>
    Free,

    /// <summary>The row belongs to a run.</summary>
    Kept,

    /// <summary>The row no longer belongs to a run. It stays in the list of its task until it is the first there.</summary>
    Gone,
}

/// <summary>Defines the kinds of runs, which have separate limits.</summary>
internal enum RowKind : byte
{
    Succeeded,
    Other,
}
