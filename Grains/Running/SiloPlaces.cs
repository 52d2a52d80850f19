namespace OrleansTasks.Running;

/// <summary>
/// The places of a silo: which attempts have one, which may wait for one, and which is next. Pure, but for its lock: it calls nobody, and tells who has got a place.
/// </summary>
/// <remarks>Nobody waits for whom there is room. So who comes and finds room passes nobody by.</remarks>
/// <param name="places">How many attempts may be under way.</param>
/// <param name="allPlaces">How many if those beyond it are occurrences, or have lent their places and want them back.</param>
/// <param name="mostWaiting">How many may wait that have not begun.</param>
/// <param name="mostBytes">How many bytes their arguments may have together.</param>
internal sealed class SiloPlaces(int places, int allPlaces, int mostWaiting, long mostBytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<IPlaceTaker>[] _lines = [.. Enum.GetValues<PlaceRank>().Select(static _ => new LinkedList<IPlaceTaker>())];
    private readonly Dictionary<IPlaceTaker, (LinkedListNode<IPlaceTaker> Node, PlaceRank Rank, int Bytes)> _waiting = new(ReferenceEqualityComparer.Instance);
    private int _active;
    private int _spots;
    private long _bytes;

    public int Active => Volatile.Read(ref _active);

    /// <summary>How many wait that have not begun.</summary>
    public int Queued => Volatile.Read(ref _spots);

    /// <summary>Whether one more may begin at once.</summary>
    public bool HasRoom => Active < places;

    /// <summary>Takes a place for an attempt that comes; or else a spot in the line, which is to be taken by <see cref="Enter"/> or given back by <see cref="GiveUpSpot"/>.</summary>
    /// <param name="rank">Before whom it goes.</param>
    /// <param name="bytes">The size of its arguments.</param>
    /// <param name="mayWait">Whether it may wait.</param>
    public PlaceAdmission Admit(PlaceRank rank, int bytes, bool mayWait)
    {
        lock (_gate)
        {
            if (HasRoomFor(rank))
            {
                _active++;
                return PlaceAdmission.Placed;
            }

            if (!mayWait || _spots >= mostWaiting || _bytes + bytes > mostBytes)
            {
                return PlaceAdmission.Refused;
            }

            CountSpot(1, bytes);
            return PlaceAdmission.Waits;
        }
    }

    /// <summary>Puts one into the line that has a spot there, or wants back the place that it has lent.</summary>
    /// <returns>Those that have a place now.</returns>
    public IReadOnlyList<IPlaceTaker> Enter(IPlaceTaker waiter, PlaceRank rank, int bytes)
    {
        lock (_gate)
        {
            _waiting[waiter] = (_lines[(int)rank].AddLast(waiter), rank, bytes);
            return Advance();
        }
    }

    /// <summary>Gives back a spot that nobody takes.</summary>
    public void GiveUpSpot(int bytes)
    {
        lock (_gate)
        {
            CountSpot(-1, bytes);
        }
    }

    /// <summary>Takes one out of the line that wants no place any more.</summary>
    /// <returns>False if it is not there: it was not yet, or has got its place.</returns>
    public bool Withdraw(IPlaceTaker waiter)
    {
        lock (_gate)
        {
            return TakeOut(waiter);
        }
    }

    /// <summary>Gives a place back.</summary>
    /// <returns>Those that have a place now.</returns>
    public IReadOnlyList<IPlaceTaker> GiveBack()
    {
        lock (_gate)
        {
            _active--;
            return Advance();
        }
    }

    private IReadOnlyList<IPlaceTaker> Advance()
    {
        // Mostly nobody waits.
        List<IPlaceTaker>? placed = null;
        for (var rank = PlaceRank.Returning; rank <= PlaceRank.Low; rank++)
        {
            while (HasRoomFor(rank) && _lines[(int)rank].First is { } next)
            {
                TakeOut(next.Value);
                _active++;
                (placed ??= []).Add(next.Value);
            }
        }

        return placed ?? (IReadOnlyList<IPlaceTaker>)[];
    }

    private bool TakeOut(IPlaceTaker waiter)
    {
        if (!_waiting.Remove(waiter, out var place))
        {
            return false;
        }

        _lines[(int)place.Rank].Remove(place.Node);
        if (place.Rank != PlaceRank.Returning)
        {
            CountSpot(-1, place.Bytes);
        }

        return true;
    }

    private bool HasRoomFor(PlaceRank rank) => _active < (rank is PlaceRank.Returning or PlaceRank.Occurrence ? allPlaces : places);

    private void CountSpot(int sign, int bytes)
    {
        _spots += sign;
        _bytes += sign * (long)bytes;
    }
}
