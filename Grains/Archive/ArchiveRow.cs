using OrleansTasks.Runs;

namespace OrleansTasks.Archive;

/// <summary>What is known in memory of a run that is kept: all that is searched for often. A value without references, so that a million of them cost the collector nothing.</summary>
internal struct ArchiveRow
{
    public Guid Id;

    /// <summary>Instants in ticks; <see cref="Began"/> is 0 where no attempt began.</summary>
    public long Sequence, Due, Began, Ended, Expires;

    /// <summary>Numbers of texts.</summary>
    public int Task, Handler, Group, Tags, Silo, ErrorType, RequestedBy, Headers, Parent, Batch;

    /// <summary>Where the rest of it is.</summary>
    public int Segment, Offset, Length;

    /// <summary>The rows of its kind before and after it, and the next one of its task.</summary>
    public int Previous, Next, NextOfTask;

    public short Attempt;
    public RunStatus Status;
    public RunTrigger Trigger;
    public RowState State;

    /// <summary>Whether it succeeded. Those that did never push out others.</summary>
    public readonly RowKind Kind => Status == RunStatus.Succeeded ? RowKind.Succeeded : RowKind.Other;

    /// <summary>What the runs of a query are sorted by.</summary>
    public readonly long KeyOf(RunSort sort) => RunRank.KeyOf(sort, Due, Began, Ended);
}

/// <summary>Whether a row is in use.</summary>
internal enum RowState : byte
{
    /// <summary>It is not.</summary>
    Free,

    /// <summary>It is a run's.</summary>
    Kept,

    /// <summary>It is no run's any more, and in the list of its task until it is the first there.</summary>
    Gone,
}

/// <summary>Which bounds a run counts for.</summary>
internal enum RowKind : byte
{
    Succeeded,
    Other,
}
