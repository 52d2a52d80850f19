using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>When a partition wakes a task grain, and when the grain keeps itself awake. Pure.</summary>
internal static class WakePlan
{
    /// <summary>How long before an instant the task grain is woken: time enough for an activation on a busy silo.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromSeconds(5);

    /// <summary>Occurrences no further apart than this are the awake grain's own affair; a heap entry is cheaper for others.</summary>
    public static readonly TimeSpan AwakeWithin = TimeSpan.FromSeconds(60);

    /// <summary>The occurrence that the grain looks after by itself once an instant has passed; null: the partition will wake it.</summary>
    public static DateTimeOffset? OwnNext(TaskEntry entry, DateTimeOffset passed) =>
        entry is { Fires: true, OccursOnce: false } && entry.NextWake(passed) is { } next && next - passed <= AwakeWithin ? next : null;

    /// <summary>Whether there is such an occurrence; not if finding out takes more steps than these.</summary>
    public static bool HasOwnNext(TaskEntry entry, DateTimeOffset passed, long steps) =>
        entry is { Fires: true, OccursOnce: false } && entry.TryNextWake(passed, ref steps, out var next) && next - passed <= AwakeWithin;
}
