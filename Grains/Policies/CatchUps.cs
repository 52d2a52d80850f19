namespace OrleansTasks.Policies;

/// <summary>Which missed occurrences run all the same. Pure.</summary>
internal static class CatchUps
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);

    /// <summary>The missed occurrences that are made up for, in their order.</summary>
    /// <param name="next">The first occurrence strictly after an instant; null if there is none.</param>
    /// <param name="policy">How many, and how old.</param>
    /// <param name="missed">The first that was missed.</param>
    /// <param name="missedUntil">Occurrences up to this instant were missed.</param>
    /// <param name="now">The present.</param>
    /// <param name="lateRun">Whether occurrences between the two, which are late and were not missed, run anyway and so count.</param>
    public static IReadOnlyList<DateTimeOffset> Of(
        Func<DateTimeOffset, DateTimeOffset?> next, CatchUpPolicy policy, DateTimeOffset missed, DateTimeOffset missedUntil, DateTimeOffset now, bool lateRun)
    {
        var late = lateRun ? Between(next, missedUntil, now).Take(policy.Limit).Count() : 0;
        var wanted = policy.Limit - late;
        var oldest = now - missed > policy.Window ? now - policy.Window : missed;
        if (wanted == 0)
        {
            return [];
        }

        // Looking back twice as far each time: there may be millions, of which the newest are wanted.
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

    /// <summary>The occurrences after an instant up to another.</summary>
    private static IEnumerable<DateTimeOffset> Between(Func<DateTimeOffset, DateTimeOffset?> next, DateTimeOffset after, DateTimeOffset until)
    {
        for (var due = next(after); due <= until; due = next(due.Value))
        {
            yield return due.Value;
        }
    }
}
