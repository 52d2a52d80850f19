using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos.Judging;

/// <summary>
/// Compares the account book with what the client committed and what handlers did. Has no side effects. A database that goes back takes
/// orders and bookings with it, which excuses exactly these.
/// </summary>
internal sealed class BookJudge
{
    private readonly Book _book;
    private readonly ILookup<RunId, WorkRecord> _done;
    private readonly IReadOnlyList<Outage> _outages;
    private readonly HashSet<RunId> _ordered;
    private readonly ILookup<RunId, Booking> _booked;
    private readonly List<string> _findings = [];
    private int _forgotten;

    private BookJudge(Book book, IReadOnlyList<WorkRecord> records, IReadOnlyList<Outage> outages)
    {
        (_book, _outages) = (book, outages);
        _done = records.Where(static r => r.Kind >= WorkKind.OrderBegun).ToLookup(static r => r.Run);
        _ordered = book.Orders.Select(static o => o.Run).ToHashSet();
        _booked = book.Bookings.ToLookup(static b => b.Run);
    }

    public static BookVerdict Decide(Book? book, IReadOnlyList<WorkRecord> records, IReadOnlyList<Outage> happened) =>
        book is null ? BookVerdict.None : new BookJudge(book, records, [.. happened.Where(static o => o.Excuses)]).Decide();

    private BookVerdict Decide()
    {
        var (unbooked, twice, stray) = (JudgeOrders(), JudgeRepeats(), JudgeStrays());
        JudgeSales();
        JudgeBalances();
        return new BookVerdict
        {
            Orders = _book.Orders.Count,
            RolledBack = _book.Sales.Count(static s => s.End == SaleEnd.RolledBack),
            Found = _done.Sum(static r => r.Count(static w => w.Kind == WorkKind.OrderFound)),
            Unbooked = unbooked,
            BookedTwice = twice,
            Stray = stray,
            Forgotten = _forgotten,
            Findings = _findings,
        };
    }

    /// <summary>Checks that each order is booked, with its amount, and that the outbox is empty.</summary>
    private int JudgeOrders()
    {
        var unbooked = 0;
        foreach (var order in _book.Orders.Where(o => !_booked[o.Run].Any(b => b.Amount == o.Amount)))
        {
            if (_done[order.Run].Any(r => _outages.TakesBack(r.At, r.At)))
            {
                _forgotten++;
                continue;
            }

            unbooked++;
            _findings.Add(
                $"unbooked: the order of {order.Run} is committed, and {(_done[order.Run].Any() ? "is not booked" : "never ran")}");
        }

        if (_book.Waiting > 0)
        {
            _findings.Add($"waiting: {_book.Waiting} dispatches are still in the outbox");
        }

        return unbooked;
    }

    /// <summary>Checks that no order was booked twice, as the book says and as handlers say.</summary>
    private int JudgeRepeats()
    {
        var twice = _book.Bookings.GroupBy(static b => b.Run).Where(static g => g.Count() > 1).Select(static g => g.Key)
            .Concat(
                _done.Where(
                    r => r.Where(w => w.Kind == WorkKind.OrderBooked && !_outages.TakesBack(w.At, w.At)).Select(static w => w.Execution)
                        .Distinct().Count() > 1)
                .Select(static r => r.Key)).Distinct().ToList();
        _findings.AddRange(twice.Select(static r => $"booked twice: {r}"));
        return twice.Count;
    }

    /// <summary>Checks that no run began whose order is not in the book.</summary>
    private int JudgeStrays()
    {
        var sales = _book.Sales.ToDictionary(static s => s.Run);
        var stray = 0;
        foreach (var run in _done.Select(static r => r.Key).Concat(_booked.Select(static b => b.Key)).Where(r => !_ordered.Contains(r))
            .Distinct())
        {
            var sale = sales.GetValueOrDefault(run);
            if (sale is { End: not SaleEnd.RolledBack } && _outages.TakesBack(sale.BeganAt, sale.EndedAt))
            {
                _forgotten++;
                continue;
            }

            stray++;
            _findings.Add(
                $"stray: {run} began, and its order {(sale?.End == SaleEnd.RolledBack ? "was rolled back" : "is not in the book")}");
        }

        return stray;
    }

    /// <summary>Checks the database itself: what was committed is there, and nothing else.</summary>
    private void JudgeSales()
    {
        foreach (var sale in _book.Sales)
        {
            if (sale.End == SaleEnd.RolledBack && _ordered.Contains(sale.Run))
            {
                _findings.Add($"false: the order of {sale.Run} was rolled back, and is in the book");
            }
            else if (sale.End == SaleEnd.Committed && !_ordered.Contains(sale.Run) && !_outages.TakesBack(sale.BeganAt, sale.EndedAt))
            {
                _findings.Add($"false: the order of {sale.Run} was committed at {sale.EndedAt:HH:mm:ss.fff}, and is not in the book");
            }
        }
    }

    /// <summary>Checks that the balances are those of the bookings.</summary>
    private void JudgeBalances()
    {
        var orders = _book.Orders.ToDictionary(static o => o.Run);
        var expected = _book.Balances.Keys.ToDictionary(static a => a, static _ => 0L);
        foreach (var booking in _book.Bookings)
        {
            if (orders.TryGetValue(booking.Run, out var order))
            {
                expected[order.From] -= booking.Amount;
                expected[order.To] += booking.Amount;
            }
        }

        if (_book.Balances.Values.Sum() != 0)
        {
            _findings.Add($"book: the balances of all accounts add up to {_book.Balances.Values.Sum()} instead of 0");
        }

        // What was booked for an order that the database forgot is in the balances too.
        foreach (var (account, balance) in _book.Balances.Where(b => _book.Bookings.All(k => orders.ContainsKey(k.Run))))
        {
            if (expected[account] != balance)
            {
                _findings.Add($"book: account {account} has {balance}, and its bookings add up to {expected[account]}");
            }
        }
    }
}
