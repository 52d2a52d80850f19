using System.Diagnostics;

namespace OrleansTasks.Benchmarks;

/// <summary>Runs a number of callers for a time, each with one call at a time.</summary>
internal static class Load
{
    public static async Task<(long Calls, double PerSecond)> RunAsync(int callers, double seconds, Func<int, Task> call)
    {
        var watch = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(seconds);
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            long calls = 0;
            while (watch.Elapsed < end)
            {
                await call(caller);
                calls++;
            }

            return calls;
        })));
        var total = counts.Sum();
        return (total, total / watch.Elapsed.TotalSeconds);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
