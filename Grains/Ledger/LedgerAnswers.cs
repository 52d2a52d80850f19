namespace OrleansTasks.Ledger;

/// <summary>Creates the views of a ledger for users. Pure.</summary>
internal static class LedgerAnswers
{
    /// <summary>Returns the present view of a ledger.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="plans">The plans since the ledger was last advanced, in order.</param>
    /// <param name="query">The part to return.</param>
    /// <param name="now">The current time.</param>
    public static TaskLedger Describe(string task, OccurrenceLedger ledger, IReadOnlyList<LedgerPlan> plans, LedgerQuery query,
        DateTimeOffset now)
    {
        var pending = (long)ledger.Open.Count;
        var after = ledger.Through;
        foreach (var plan in plans)
        {
            var until = plan.Until < now ? plan.Until.Value : now;
            pending += plan.Count(after, until);
            after = until > after ? until : after;
        }

        return new TaskLedger
        {
            Task = task,
            Since = ledger.Since,
            Through = ledger.Through,
            Pending = pending,
            Totals = [.. ledger.Totals],
            Ranges = [.. ledger.Ranges.Reverse().Where(r => !(r.To < query.From) && !(r.From > query.To)).Take(query.Limit)],
        };
    }
}
