using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Notes which occurrences that may be repeated may begin, so that their losses count: a handler that ends its process must not end one silo after the other. Nothing is written before
/// each of them begins; what the partition stores anyway says up to which instant some may. Pure.
/// </summary>
internal static class OccurrenceLosses
{
    /// <summary>For so long occurrences may begin before the partition is told again: longer than results wait to be written.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>Whether losses of a task's occurrences are counted so. Where the first one ends the run, each is claimed before it begins, and counts exactly.</summary>
    public static bool AreCounted(TaskEntry? entry) =>
        entry is { Fires: true, OccursOnce: false, OccurrenceGuarantee: RunGuarantee.AtLeastOnce, EffectiveOptions.MaxLosses: not 1 };

    /// <summary>The instant up to which the owner of a task may begin occurrences before it tells its partition again; null if it looks after none, or they are not counted.</summary>
    /// <param name="entry">The task.</param>
    /// <param name="next">The next occurrence that the owner looks after; null if there is none.</param>
    /// <param name="now">The present.</param>
    public static DateTimeOffset? Through(TaskEntry? entry, DateTimeOffset? next, DateTimeOffset now) =>
        next is null || !AreCounted(entry) ? null : next > now + Window ? next : now + Window;

    /// <summary>What an owner tells, with the next occurrence that it will be given without another write.</summary>
    public static StoredMarks With(StoredMarks marks, TaskEntry entry, long? due) =>
        due is { } ticks && !(marks.MayBegin?.UtcTicks >= ticks) && AreCounted(entry) ? marks with { MayBegin = new DateTimeOffset(ticks, TimeSpan.Zero) } : marks;

    /// <summary>The position of a task with a new owner. If an occurrence is owed that the one before may have begun, its loss counts.</summary>
    /// <param name="position">The position.</param>
    /// <param name="entry">The task.</param>
    /// <param name="given">The first occurrence that the new owner is given; null if there is none.</param>
    /// <param name="now">The present.</param>
    public static TaskPosition TakeOver(TaskPosition position, TaskEntry entry, DateTimeOffset? given, DateTimeOffset now) => position with
    {
        MayHaveBegun = Through(entry, given, now),
        Losses = !AreCounted(entry) ? 0 : given <= position.MayHaveBegun && given <= now ? position.Losses + 1 : position.Losses,
    };
}
