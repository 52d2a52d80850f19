using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Records which occurrences that may be repeated may start, so that their losses count: a handler that ends its process must not bring
/// down one silo after another. There is no separate write before each occurrence. Instead, the writes that the partition makes anyway say
/// up to which instant occurrences may start. Pure.
/// </summary>
internal static class OccurrenceLosses
{
    /// <summary>
    /// The period in which occurrences may start before the partition is told again. It is longer than results wait to be written.
    /// </summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Returns whether losses of a task's occurrences are counted in this way. If the first loss ends the run, each occurrence is claimed
    /// before it starts and counts exactly.
    /// </summary>
    public static bool AreCounted(TaskEntry? entry) =>
        entry is { Fires: true, OccursOnce: false, OccurrenceGuarantee: RunGuarantee.AtLeastOnce, EffectiveOptions.MaxLosses: not 1 };

    /// <summary>
    /// Returns the instant up to which the owner of a task may start occurrences before it tells its partition again. Null if it handles
    /// none, or they are not counted.
    /// </summary>
    /// <param name="entry">The task.</param>
    /// <param name="next">The next occurrence that the owner handles; null if there is none.</param>
    /// <param name="now">The current time.</param>
    public static DateTimeOffset? Through(TaskEntry? entry, DateTimeOffset? next, DateTimeOffset now) =>
        next is null || !AreCounted(entry) ? null : next > now + Window ? next : now + Window;

    /// <summary>Returns the marks of an owner, extended to the next occurrence that it receives without another write.</summary>
    public static StoredMarks With(StoredMarks marks, TaskEntry entry, long? due) =>
        due is { } ticks && !(marks.MayBegin?.UtcTicks >= ticks) && AreCounted(entry)
            ? marks with { MayBegin = new DateTimeOffset(ticks, TimeSpan.Zero) }
            : marks;

    /// <summary>
    /// Returns the position of a task with a new owner. If an occurrence is owed that the former owner may have started, its loss counts.
    /// </summary>
    /// <param name="position">The position.</param>
    /// <param name="entry">The task.</param>
    /// <param name="given">The first occurrence that the new owner receives; null if there is none.</param>
    /// <param name="now">The current time.</param>
    public static TaskPosition TakeOver(TaskPosition position, TaskEntry entry, DateTimeOffset? given, DateTimeOffset now) => position with
    {
        MayHaveBegun = Through(entry, given, now),
        Losses = !AreCounted(entry) ? 0 : given <= position.MayHaveBegun && given <= now ? position.Losses + 1 : position.Losses,
    };
}
