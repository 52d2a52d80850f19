using OrleansTasks.Runs;

namespace OrleansTasks.Archive;

/// <summary>Collects the first rows in the order of a query, of many that are offered in any order.</summary>
/// <param name="ascending">Whether the smallest comes first.</param>
/// <param name="limit">The maximum number of rows.</param>
internal sealed class BestRows(bool ascending, int limit)
{
    // Room for as many again: then a sort of all is needed only once for each limit's worth of better rows.
    private readonly List<(int Slot, RunRank Rank)> _rows = [];
    private RunRank? _last;

    /// <summary>Gets whether more rows were offered than the limit.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Offers a row.</summary>
    public void Add(int slot, RunRank rank)
    {
        if (_last is { } last && RunRank.Compare(rank, last, ascending) > 0)
        {
            HasMore = true;
            return;
        }

        _rows.Add((slot, rank));
        if (_rows.Count >= 2L * limit)
        {
            Cut();
        }
    }

    /// <summary>Returns the rows in order.</summary>
    public IReadOnlyList<(int Slot, RunRank Rank)> ToList()
    {
        Cut();
        return _rows;
    }

    private void Cut()
    {
        _rows.Sort((a, b) => RunRank.Compare(a.Rank, b.Rank, ascending));
        if (_rows.Count >= limit)
        {
            HasMore |= _rows.Count > limit;
            _rows.RemoveRange(limit, _rows.Count - limit);
            _last = _rows[^1].Rank;
        }
    }
}
