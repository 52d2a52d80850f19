namespace OrleansTasks.Tasks;

/// <summary>
/// Finds what is missing from a task's history in storage. Numbers under which nothing was ever stored do not count, and neither do losses
/// that are already recorded. Pure.
/// </summary>
internal static class HistoryAudit
{
    /// <param name="head">The head as it is stored; null if there is none.</param>
    /// <param name="found">What else was found.</param>
    /// <param name="recorded">The last number that, as far as the partition knows, was stored; 0 if it knows none.</param>
    /// <param name="used">The last number that may have been used.</param>
    /// <param name="kept">The task's retention.</param>
    public static HistoryLoss Find(HistoryPage? head, HistoryFound found, long recorded, long used, HistoryKept kept)
    {
        var last = found.Numbers.Count > 0 ? found.Numbers[^1] : 0;
        if (head is null)
        {
            // The head's list of unused numbers is lost too, so nobody knows which gaps are unused numbers.
            return recorded == 0 ? HistoryLoss.None : new HistoryLoss
            {
                IsHeadMissing = true,
                Numbers = Gaps(Math.Max(last + 1, OldestOf(recorded, kept)), recorded, []),
                Unknown = last == 0 ? [] : Gaps(found.Numbers[0], last, Single(found.Numbers)),
            };
        }

        if (head.Lost is null)
        {
            // An earlier version wrote this head. It may have left out numbers without recording them.
            return Loss(last + 1, recorded);
        }

        return Loss(FirstOf(head, found, recorded, kept), Math.Max(Math.Max(recorded, last), ThroughOf(head, found, recorded, used)));

        HistoryLoss Loss(long first, long through) =>
            new()
            {
                Numbers = Gaps(first, through,
                [.. Single(found.Numbers), .. NumberRange.Of(head.Void), .. NumberRange.Of(head.Lost ?? [])])
            };
    }

    /// <summary>
    /// Returns the reserved numbers under which nothing is known to have been stored, and under which nothing is there now. Anything that
    /// is stored there later comes from a silo that was considered dead.
    /// </summary>
    /// <param name="head">The head as it is stored; null if there is none.</param>
    /// <param name="found">What else was found.</param>
    /// <param name="recorded">The last number that, as far as the partition knows, was stored; 0 if it knows none.</param>
    /// <param name="used">The last number that may have been used.</param>
    /// <param name="kept">The task's retention.</param>
    /// <returns>The numbers that the head does not list as void yet.</returns>
    public static IReadOnlyList<NumberRange> FindUnused(HistoryPage? head, HistoryFound found, long recorded, long used,
        HistoryKept kept) =>
        Gaps(Math.Max(recorded + 1, head is null ? 1 : FirstOf(head, found, recorded, kept)), used,
            [.. Single(found.Numbers), .. NumberRange.Of(head?.Void ?? [])]);

    private static long OldestOf(long recorded, HistoryKept kept) => Math.Max(1, recorded - kept.Length + 1);

    /// <summary>
    /// Returns the first number that must exist. An owner that is lost while it drops old pages leaves a head that still names them. In
    /// this case, only as many results as the task keeps must exist.
    /// </summary>
    private static long FirstOf(HistoryPage head, HistoryFound found, long recorded, HistoryKept kept)
    {
        var named = Math.Max(1, head.FirstPage * HistoryStore.PageSize);
        if (found.Pages.Count == 0)
        {
            return Math.Max(named, OldestOf(recorded, kept));
        }

        var hasDropped = found.Pages[0] == head.FirstPage || kept.HasAge || found.Numbers.Count >= kept.Length;
        return found.Numbers.Count == 0 ? Math.Max(named, OldestOf(recorded, kept)) : hasDropped ? found.Numbers[0] : named;
    }

    /// <summary>
    /// Returns the last number that the last page may have had, if that page is missing and the partition has no later number.
    /// </summary>
    private static long ThroughOf(HistoryPage head, HistoryFound found, long recorded, long used) =>
        found.Pages.Contains(head.LastPage) || HistoryStore.PageOf(recorded) >= head.LastPage
            ? 0
            : Math.Min(((head.LastPage + 1) * HistoryStore.PageSize) - 1, used);

    private static IEnumerable<NumberRange> Single(IEnumerable<long> numbers) => numbers.Select(static n => new NumberRange(n, n));

    /// <summary>Returns the numbers in an interval that no range covers.</summary>
    private static List<NumberRange> Gaps(long first, long through, IEnumerable<NumberRange> covered)
    {
        var gaps = new List<NumberRange>();
        foreach (var range in covered.OrderBy(static r => r.First))
        {
            if (range.First > through)
            {
                break;
            }

            if (range.First > first)
            {
                gaps.Add(new NumberRange(first, range.First - 1));
            }

            first = Math.Max(first, range.Last + 1);
        }

        if (first <= through)
        {
            gaps.Add(new NumberRange(first, through));
        }

        return gaps;
    }
}
