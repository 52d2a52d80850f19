namespace OrleansTasks.Tasks;

/// <summary>
/// How long results wait for the history on this silo. Each task writes its own: when very many have something to write, each waits longer and writes
/// more at a time, so that a silo makes about the same number of writes a second however many of its tasks are busy.
/// </summary>
internal sealed class FlushPace
{
    /// <summary>The longest that a task whose storage answers waits, unless its own period is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);
    private const int WritesPerSecond = 1_000;
    private int _waiting;

    /// <summary>How many tasks of this silo have something to write and wait to do so.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Notes that one more task waits to write, and says for how long.</summary>
    /// <param name="own">The task's own period.</param>
    public TimeSpan Enter(TimeSpan own) => Period(own, Interlocked.Increment(ref _waiting));

    /// <summary>Notes that a task waits no more.</summary>
    public void Leave() => Interlocked.Decrement(ref _waiting);

    /// <summary>How long a task waits when so many do: as long as keeps to <see cref="WritesPerSecond"/>, but no longer than <see cref="Longest"/> because of that.</summary>
    public static TimeSpan Period(TimeSpan own, int waiting)
    {
        var shared = Math.Min(TimeSpan.TicksPerSecond * waiting / WritesPerSecond, Longest.Ticks);
        return TimeSpan.FromTicks(Math.Max(own.Ticks, shared));
    }
}
