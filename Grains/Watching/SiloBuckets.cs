using System.Diagnostics.Metrics;

namespace OrleansTasks.Watching;

/// <summary>What is advised to those who collect histograms: the limits of their buckets, in seconds.</summary>
internal static class SiloBuckets
{
    /// <summary>The version of the instruments.</summary>
    public static string? Version { get; } = typeof(SiloBuckets).Assembly.GetName().Version?.ToString(3);

    /// <summary>What handlers take: from a millisecond to an hour.</summary>
    public static InstrumentAdvice<double> OfRuns { get; } = new() { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600] };

    /// <summary>What is waited for: from a millisecond to ten minutes.</summary>
    public static InstrumentAdvice<double> OfWaits { get; } = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600] };
}
