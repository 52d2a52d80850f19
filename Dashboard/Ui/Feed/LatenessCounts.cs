namespace OrleansTasks.Ui;

/// <summary>
/// Counts latenesses in steps of a factor of 2^(1/4), from 0.1 ms. Percentiles are at most a fifth too high. Not thread-safe.
/// </summary>
internal sealed class LatenessCounts
{
    private const int Steps = 96;
    private const double Smallest = 0.1;
    private readonly int[] _counts = new int[Steps];

    public int Total { get; private set; }

    public void Add(TimeSpan lateness)
    {
        _counts[StepOf(lateness.TotalMilliseconds)]++;
        Total++;
    }

    public void Add(LatenessCounts others)
    {
        for (var i = 0; i < Steps; i++)
        {
            _counts[i] += others._counts[i];
        }

        Total += others.Total;
    }

    /// <summary>Returns the lateness that a fraction of all runs does not exceed; null if there are no runs.</summary>
    public TimeSpan? Percentile(double part)
    {
        if (Total == 0)
        {
            return null;
        }

        var (wanted, seen) = ((long)Math.Ceiling(Total * part), 0L);
        for (var i = 0; i < Steps; i++)
        {
            seen += _counts[i];
            if (seen >= wanted)
            {
                return TimeSpan.FromMilliseconds(Smallest * Math.Pow(2, i / 4.0));
            }
        }

        return TimeSpan.FromMilliseconds(Smallest * Math.Pow(2, Steps / 4.0));
    }

    private static int StepOf(double milliseconds) =>
        milliseconds <= Smallest ? 0 : Math.Min(Steps - 1, (int)Math.Ceiling(4 * Math.Log2(milliseconds / Smallest)));
}
