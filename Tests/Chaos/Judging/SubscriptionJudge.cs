using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos.Judging;

/// <summary>Represents an error in what a subscriber received.</summary>
/// <param name="Text">A sentence that describes it.</param>
/// <param name="Results">The number of results that it concerns.</param>
internal sealed record Misheard(string Text, int Results);

/// <summary>Checks that a subscriber received each result of the histories once and in order. Has no side effects.</summary>
internal static class SubscriptionJudge
{
    public static IEnumerable<Misheard> Decide(Subscription subscription, IReadOnlyList<Outage> outages)
    {
        if (subscription.Error is { } error)
        {
            yield return new Misheard($"unheard: the subscription ended by itself: {error}", 1);
        }

        var heard = subscription.Heard.ToLookup(h => h.Task);
        foreach (var kept in subscription.Kept.GroupBy(r => r.Task).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var ofTask = heard[kept.Key].ToList();
            foreach (var misheard in Disordered(ofTask).Concat(Unheard([.. kept.OrderBy(r => r.Sequence)], ofTask, outages)))
            {
                yield return misheard;
            }
        }
    }

    private static IEnumerable<Misheard> Disordered(IReadOnlyList<Heard> heard)
    {
        var known = new HashSet<long>();
        var last = 0L;
        foreach (var item in heard)
        {
            if (item.Missed == 0 && !known.Add(item.Sequence))
            {
                yield return new Misheard($"heard twice: {item.Task} number {item.Sequence} came again at {item.At:HH:mm:ss.fff}", 1);
            }
            else if (item.First <= last)
            {
                yield return new Misheard(
                    $"out of order: {item.Task} {(item.Missed == 0 ? "number" : "gap from number")} {item.First} came at "
                        + $"{item.At:HH:mm:ss.fff}, after number {last}", 1);
            }

            last = Math.Max(last, item.Sequence);
        }
    }

    private static IEnumerable<Misheard> Unheard(IReadOnlyList<TaskResult> kept, IReadOnlyList<Heard> heard, IReadOnlyList<Outage> outages)
    {
        var came = heard.Where(h => h.Missed == 0).Select(h => h.Sequence).ToHashSet();
        var gaps = heard.Where(h => h.Missed > 0).ToList();
        var first = heard.Count == 0 ? long.MaxValue : heard[0].First;
        var row = new List<TaskResult>();
        foreach (var result in kept)
        {
            if (came.Contains(result.Sequence) || (result.Sequence < first && IsExcused(result, outages)))
            {
                if (row.Count > 0)
                {
                    yield return Tell(row, gaps);
                }

                row.Clear();
                continue;
            }

            row.Add(result);
        }

        if (row.Count > 0)
        {
            yield return Tell(row, gaps);
        }
    }

    /// <summary>
    /// Returns whether a lost first result is excused. A subscriber to all tasks knows a task only by its results, and cannot notice that
    /// the very first ones are missing.
    /// </summary>
    private static bool IsExcused(TaskResult result, IReadOnlyList<Outage> outages) =>
        outages.Any(o => o.From - Promises.Recovery <= result.FinishedAt && result.FinishedAt <= o.Healed + Promises.Recovery);

    private static Misheard Tell(List<TaskResult> row, IReadOnlyList<Heard> gaps)
    {
        var (from, to) = (row[0], row[^1]);
        var gap = gaps.FirstOrDefault(g => row.Any(r => g.Covers(r.Sequence)));
        return new Misheard(
            $"unheard: {from.Task} number {from.Sequence}{(row.Count == 1 ? "" : $" to {to.Sequence} ({row.Count} results)")}, of runs "
                + $"that ended at {from.FinishedAt:HH:mm:ss.fff}"
            + $"{(row.Count == 1 ? "" : $" to {to.FinishedAt:HH:mm:ss.fff}")}, "
            + $"{(gap is null ? "never came" : $"were called a gap at {gap.At:HH:mm:ss.fff}, and the history holds them")}",
            row.Count);
    }
}
