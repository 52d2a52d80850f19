namespace OrleansTasks.Running;

/// <summary>
/// Manages the places of a silo: which attempts have one, which may wait for one, and which is next. Pure, except for its lock: it calls
/// nothing, and returns which attempts have got a place.
/// </summary>
/// <remarks>Nothing waits while there is room for it. So an attempt that arrives and finds room overtakes nothing.</remarks>
/// <param name="places">How many attempts may run.</param>
/// <param name="allPlaces">
/// How many may run if those above <paramref name="places"/> are occurrences, or have lent their places and need them again.
/// </param>
/// <param name="mostWaiting">How many attempts that have not started may wait.</param>
/// <param name="mostBytes">How many bytes the arguments of the waiting attempts may have together.</param>
internal sealed class SiloPlaces(int places, int allPlaces, int mostWaiting, long mostBytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<IPlaceTaker>[] _lines = [.. Enum.GetValues<PlaceRank>().Select(static _ => new LinkedList<IPlaceTaker>())];
    private readonly Dictionary<IPlaceTaker, (LinkedListNode<IPlaceTaker> Node, PlaceRank Rank, int Bytes)> _waiting =
        new(ReferenceEqualityComparer.Instance);
    private int _active;
    private int _spots;
    private long _bytes;

    public int Active => Volatile.Read(ref _active);

    /// <summary>Gets how many attempts wait that have not started.</summary>
    public int Queued => Volatile.Read(ref _spots);

    /// <summary>Gets whether one more attempt may start at once.</summary>
    public bool HasRoom => Active < places;

    /// <summary>
    /// Takes a place for a new attempt, or else a spot in the line. The caller must use the spot with <see cref="Enter"/> or release it
    /// with <see cref="GiveUpSpot"/>.
    /// </summary>
    /// <param name="rank">The rank, which decides its order.</param>
    /// <param name="bytes">The size of its arguments in bytes.</param>
    /// <param name="mayWait">Whether the attempt may wait.</param>
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

    /// <summary>Puts an attempt into the line. It has a spot there, or needs the place again that it has lent.</summary>
    /// <returns>The attempts that now have a place.</returns>
    public IReadOnlyList<IPlaceTaker> Enter(IPlaceTaker waiter, PlaceRank rank, int bytes)
    {
        lock (_gate)
        {
            _waiting[waiter] = (_lines[(int)rank].AddLast(waiter), rank, bytes);
            return Advance();
        }
    }

    /// <summary>Releases a spot that is not used.</summary>
    public void GiveUpSpot(int bytes)
    {
        lock (_gate)
        {
            CountSpot(-1, bytes);
        }
    }

    /// <summary>Removes an attempt that no longer needs a place from the line.</summary>
    /// <returns>False if it is not in the line: it has not entered it yet, or has got its place.</returns>
    public bool Withdraw(IPlaceTaker waiter)
    {
        lock (_gate)
        {
            return TakeOut(waiter);
        }
    }

    /// <summary>Releases a place.</summary>
    /// <returns>The attempts that now have a place.</returns>
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
        // Usually nothing waits.
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
