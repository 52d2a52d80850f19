using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Decides when a partition wakes a task grain, and when the grain keeps itself awake. Pure.</summary>
internal static class WakePlan
{
    /// <summary>The time before an instant at which the task grain is woken: enough for an activation on a busy silo.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The distance up to which the awake grain handles the next occurrences by itself. For others, an entry in the heap is cheaper.
    /// </summary>
    public static readonly TimeSpan AwakeWithin = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Returns the occurrence that the grain handles by itself once an instant has passed; null if the partition wakes it.
    /// </summary>
    public static DateTimeOffset? OwnNext(TaskEntry entry, DateTimeOffset passed) =>
        entry is { Fires: true, OccursOnce: false } && entry.NextWake(passed) is { } next && next - passed <= AwakeWithin ? next : null;

    /// <summary>Returns whether there is such an occurrence. Returns false if the answer takes more steps than allowed.</summary>
    public static bool HasOwnNext(TaskEntry entry, DateTimeOffset passed, long steps) =>
        entry is { Fires: true, OccursOnce: false } && entry.TryNextWake(passed, ref steps, out var next) && next - passed <= AwakeWithin;
}
