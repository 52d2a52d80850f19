namespace OrleansTasks.Policies;

/// <summary>Decides which missed occurrences still run. Pure.</summary>
internal static class CatchUps
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    /// <summary>Returns the missed occurrences that are caught up, in their order.</summary>
    /// <param name="next">Returns the first occurrence strictly after an instant, or null if there is none.</param>
    /// <param name="policy">The policy, which limits their number and age.</param>
    /// <param name="missed">The first missed occurrence.</param>
    /// <param name="missedUntil">Occurrences up to this instant were missed.</param>
    /// <param name="now">The present.</param>
    /// <param name="lateRun">Whether occurrences between the two, which are late but not missed, run anyway and so count.</param>
    public static IReadOnlyList<DateTimeOffset> Of(
        Func<DateTimeOffset, DateTimeOffset?> next, CatchUpPolicy policy, DateTimeOffset missed, DateTimeOffset missedUntil,
        DateTimeOffset now, bool lateRun)
    {
        var late = lateRun ? Between(next, missedUntil, now).Take(policy.Limit).Count() : 0;
        var wanted = policy.Limit - late;
        var oldest = now - missed > policy.Window ? now - policy.Window : missed;
        if (wanted == 0)
        {
            return [];
        }

        // Each step looks back twice as far, because there may be millions of occurrences, of which only the newest are needed.
        for (var back = FirstLook; ; back *= 2)
        {
            var isAll = back >= missedUntil - oldest;
            var found = new Queue<DateTimeOffset>();
            var count = 0L;
            foreach (var due in Between(next, (isAll ? oldest : missedUntil - back).AddTicks(-1), missedUntil))
            {
                found.Enqueue(due);
                if (++count > wanted)
                {
                    found.Dequeue();
                }
            }

            if (isAll || count >= wanted)
            {
                return [.. found];
            }
        }
    }

    /// <summary>Returns the occurrences after one instant, up to and including another.</summary>
    private static IEnumerable<DateTimeOffset> Between(Func<DateTimeOffset, DateTimeOffset?> next, DateTimeOffset after,
        DateTimeOffset until)
    {
        for (var due = next(after); due <= until; due = next(due.Value))
        {
            yield return due.Value;
        }
    }
}
