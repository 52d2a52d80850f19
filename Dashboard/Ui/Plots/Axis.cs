namespace OrleansTasks.Ui;

/// <summary>Computes round numbers for the axes of plots. Pure.</summary>
public static class Axis
{
    private static readonly double[] Steps = [1, 2, 5, 10];

    /// <summary>Returns the smallest of 1, 2, 5, 10, 20, 50… that is at least a value.</summary>
    public static double Ceiling(double value)
    {
        if (!(value > 1))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Steps.Select(step => step * power).First(step => step >= value - 1e-9);
    }

    /// <summary>Returns the position of a duration on a logarithmic scale from 0.1 ms to a maximum, between 0 and 1.</summary>
    public static double Logarithmic(TimeSpan duration, TimeSpan greatest)
    {
        const double Smallest = 0.1;
        var part =
            Math.Log(Math.Max(duration.TotalMilliseconds, Smallest) / Smallest)
                / Math.Log(Math.Max(greatest.TotalMilliseconds, 1) / Smallest);
        return Math.Clamp(part, 0, 1);
    }

    /// <summary>
    /// Returns the smallest power of ten, in milliseconds, that is at least the longest of the durations and at least 10 ms.
    /// </summary>
    public static TimeSpan Greatest(IEnumerable<TimeSpan?> durations)
    {
        var greatest = durations.Max(d => d?.TotalMilliseconds ?? 0);
        return TimeSpan.FromMilliseconds(Math.Pow(10, Math.Max(1, Math.Ceiling(Math.Log10(Math.Max(greatest, 1)) - 1e-9))));
    }
}
