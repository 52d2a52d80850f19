namespace OrleansTasks.Ui;

/// <summary>Round numbers for the axes of plots. Pure.</summary>
public static class Axis
{
    private static readonly double[] Steps = [1, 2, 5, 10];

    /// <summary>The least of 1, 2, 5, 10, 20, 50… that is not less than a number, and at least 1.</summary>
    public static double Ceiling(double value)
    {
        if (!(value > 1))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Steps.Select(step => step * power).First(step => step >= value - 1e-9);
    }

    /// <summary>Where a duration lies on a logarithmic scale from 0.1 ms to a greatest one: 0 to 1.</summary>
    public static double Logarithmic(TimeSpan duration, TimeSpan greatest)
    {
        const double Smallest = 0.1;
        var part = Math.Log(Math.Max(duration.TotalMilliseconds, Smallest) / Smallest) / Math.Log(Math.Max(greatest.TotalMilliseconds, 1) / Smallest);
        return Math.Clamp(part, 0, 1);
    }

    /// <summary>The least power of ten of a millisecond that is not less than any of some durations, and at least 10 ms.</summary>
    public static TimeSpan Greatest(IEnumerable<TimeSpan?> durations)
    {
        var greatest = durations.Max(d => d?.TotalMilliseconds ?? 0);
        return TimeSpan.FromMilliseconds(Math.Pow(10, Math.Max(1, Math.Ceiling(Math.Log10(Math.Max(greatest, 1)) - 1e-9))));
    }
}
