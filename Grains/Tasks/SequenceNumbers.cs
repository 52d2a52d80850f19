namespace OrleansTasks.Tasks;

/// <summary>
/// Gives out a task's sequence numbers. Numbers are set apart in the partition's log in blocks before they are used, so that none is used
/// twice after a silo was lost; blocks grow with the pace, so that a quiet task wastes few and a busy one writes rarely. Pure.
/// </summary>
internal sealed class SequenceNumbers
{
    private const int SmallestBlock = 8;
    private const int LargestBlock = 4096;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private int _block = SmallestBlock;
    private long _reservedThrough;
    private DateTimeOffset _lastReserved;

    /// <summary>The last number that was given out; 0 if none was.</summary>
    public long Last { get; private set; }

    public bool HasNext => Last < _reservedThrough;

    /// <summary>Whether it is time to set further ones apart.</summary>
    public bool IsLow => _reservedThrough - Last <= _block / 2;

    /// <summary>Begins after what may have been used by an earlier activation.</summary>
    public void StartAfter(long sequence)
    {
        if (sequence > Last)
        {
            Last = sequence;
            _reservedThrough = Math.Max(_reservedThrough, sequence);
        }
    }

    public long Next() => HasNext ? ++Last : throw new InvalidOperationException("No number is set apart.");

    /// <summary>Gives out no more.</summary>
    /// <returns>The last number that was given out.</returns>
    public long Close() => _reservedThrough = Last;

    /// <summary>The number up to which to set apart now.</summary>
    public long Plan(DateTimeOffset now)
    {
        _block = now - _lastReserved < Pace ? Math.Min(_block * 2, LargestBlock) : SmallestBlock;
        _lastReserved = now;
        return Math.Max(_reservedThrough, Last) + _block;
    }

    public void Reserved(long through) => _reservedThrough = Math.Max(_reservedThrough, through);
}
