namespace OrleansTasks.Tasks;

/// <summary>
/// Determines how long results wait before they are written to the history on this silo. Each task writes its own history. When very many
/// tasks have something to write, each one waits longer and writes more at a time. So a silo makes about the same number of writes per
/// second, however many of its tasks are busy.
/// </summary>
internal sealed class FlushPace
{
    /// <summary>The maximum wait of a task whose storage answers, unless its own period is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);
    private const int WritesPerSecond = 1_000;
    private int _waiting;

    /// <summary>Gets the number of tasks on this silo that wait to write.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Counts one more task that waits to write, and returns how long it waits.</summary>
    /// <param name="own">The task's own period.</param>
    public TimeSpan Enter(TimeSpan own) => Period(own, Interlocked.Increment(ref _waiting));

    /// <summary>Counts one task less that waits.</summary>
    public void Leave() => Interlocked.Decrement(ref _waiting);

    /// <summary>
    /// Returns how long each task waits when the given number of tasks do. The wait keeps the rate at <see cref="WritesPerSecond"/>, and is
    /// extended to <see cref="Longest"/> at most.
    /// </summary>
    public static TimeSpan Period(TimeSpan own, int waiting)
    {
        var shared = Math.Min(TimeSpan.TicksPerSecond * waiting / WritesPerSecond, Longest.Ticks);
        return TimeSpan.FromTicks(Math.Max(own.Ticks, shared));
    }
}
