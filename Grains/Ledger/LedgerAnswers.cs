namespace OrleansTasks.Ledger;

/// <summary>What people are told of a ledger. Pure.</summary>
internal static class LedgerAnswers
{
    /// <summary>A ledger as it stands.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="plans">What is planned since it took something in last, in order.</param>
    /// <param name="query">Which part of it is asked for.</param>
    /// <param name="now">The present.</param>
    public static TaskLedger Describe(string task, OccurrenceLedger ledger, IReadOnlyList<LedgerPlan> plans, LedgerQuery query, DateTimeOffset now)
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
