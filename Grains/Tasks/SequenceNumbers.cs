using System.Diagnostics;

namespace OrleansTasks.Tasks;

/// <summary>
/// Assigns a task's sequence numbers. Numbers are reserved in the partition's log in blocks before they are used, so that none is used
/// twice after a silo was lost. Blocks grow with the pace, so that a quiet task wastes few numbers and a busy one writes rarely. Pure.
/// </summary>
internal sealed class SequenceNumbers
{
    private const int SmallestBlock = 8;
    private const int LargestBlock = 4096;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private int _block = SmallestBlock;
    private long _reservedThrough;
    private DateTimeOffset _lastReserved;

    /// <summary>Gets the last number that was assigned; 0 if none was.</summary>
    public long Last { get; private set; }

    public bool HasNext => Last < _reservedThrough;

    /// <summary>Gets whether it is time to reserve further numbers.</summary>
    public bool IsLow => _reservedThrough - Last <= _block / 2;

    /// <summary>Continues after the numbers that an earlier activation may have used.</summary>
    public void StartAfter(long sequence)
    {
        if (sequence > Last)
        {
            Last = sequence;
            _reservedThrough = Math.Max(_reservedThrough, sequence);
        }
    }

    public long Next() => HasNext ? ++Last : throw new UnreachableException("No number is set apart.");

    /// <summary>Stops assigning numbers.</summary>
    /// <returns>The last number that was assigned.</returns>
    public long Close() => _reservedThrough = Last;

    /// <summary>Returns the number up to which to reserve now.</summary>
    public long Plan(DateTimeOffset now)
    {
        _block = now - _lastReserved < Pace ? Math.Min(_block * 2, LargestBlock) : SmallestBlock;
        _lastReserved = now;
        return Math.Max(_reservedThrough, Last) + _block;
    }

    public void Reserved(long through) => _reservedThrough = Math.Max(_reservedThrough, through);
}
