using System.Diagnostics.Metrics;

namespace OrleansTasks.Watching;

/// <summary>Defines the recommended bucket boundaries of histograms, in seconds.</summary>
internal static class SiloBuckets
{
    /// <summary>Gets the version of the instruments.</summary>
    public static string? Version { get; } = typeof(SiloBuckets).Assembly.GetName().Version?.ToString(3);

    /// <summary>Gets the boundaries for durations of handlers: from a millisecond to an hour.</summary>
    public static InstrumentAdvice<double> OfRuns { get; } = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600]
    };

    /// <summary>Gets the boundaries for waits: from a millisecond to ten minutes.</summary>
    public static InstrumentAdvice<double> OfWaits { get; } = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600]
    };
}
