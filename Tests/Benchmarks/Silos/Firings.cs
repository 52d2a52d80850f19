using System.Diagnostics;
using System.Runtime;
using System.Text.Json;
using HdrHistogram;

namespace OrleansTasks.Benchmarks;

/// <summary>
/// Counts, inside the handlers, what fired between two instants and how late. An occurrence belongs to the period that contains its planned
/// instant, so that the count misses an occurrence that never fires.
/// </summary>
internal sealed class Firings
{
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(50);

    // A later occurrence is not counted.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly HistogramBase _lateness = HistogramFactory.With64BitBucketSize().WithValuesUpTo(TimeSpan.TicksPerHour)
        .WithPrecisionOf(3).WithThreadSafeWrites().Create();

    // The share of a processor that may still compile.
    private const double MostCompiling = 0.01;
    private long _from = long.MaxValue;
    private long _until;
    private long _punctual;

    public static Firings Instance { get; } = new();

    public void Note(DateTimeOffset planned)
    {
        var at = planned.UtcTicks;
        if (at >= Volatile.Read(ref _from) && at < Volatile.Read(ref _until))
        {
            var late = Math.Max(0, TimeProvider.System.GetUtcNow().UtcTicks - at);
            _lateness.RecordValue(late);
            if (late <= Punctual.Ticks)
            {
                Interlocked.Increment(ref _punctual);
            }
        }
    }

    /// <summary>Measures for a number of whole seconds after a warm-up, and prints the figures.</summary>
    /// <param name="longestWarmUp">
    /// The longest warm-up. It ends earlier when the runtime has compiled the hot paths to their final code, which on a busy machine takes
    /// most of a processor for a minute.
    /// </param>
    /// <param name="seconds">How long to measure.</param>
    /// <param name="perSecond">The number of occurrences that are planned for a second.</param>
    public async Task MeasureAsync(TimeSpan longestWarmUp, int seconds, double perSecond)
    {
        await WarmUpAsync(longestWarmUp);
        var now = TimeProvider.System.GetUtcNow();
        var from = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)).AddSeconds(2);
        Volatile.Write(ref _until, from.AddSeconds(seconds).UtcTicks);
        Volatile.Write(ref _from, from.UtcTicks);
        await Task.Delay(from - TimeProvider.System.GetUtcNow(), TimeProvider.System);
        var before = ProcessorTime();
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        var processor = ProcessorTime() - before;
        await Task.Delay(Patience, TimeProvider.System);
        var fired = _lateness.TotalCount;
        Console.WriteLine(JsonSerializer.Serialize(new Figures(
            fired,
            (long)(perSecond * seconds),
            100.0 * Interlocked.Read(ref _punctual) / Math.Max(fired, perSecond * seconds),
            Milliseconds(50),
            Milliseconds(99),
            Milliseconds(100),
            processor.TotalMicroseconds / Math.Max(1, fired),
            processor.TotalSeconds / seconds)));
    }

    private static async Task WarmUpAsync(TimeSpan longest)
    {
        var step = longest / 8;
        var compiled = JitInfo.GetCompilationTime();
        for (var waited = TimeSpan.Zero; waited < longest; waited += step)
        {
            await Task.Delay(step, TimeProvider.System);
            var now = JitInfo.GetCompilationTime();
            if (now - compiled < step * MostCompiling)
            {
                return;
            }

            compiled = now;
        }
    }

    private static TimeSpan ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private double Milliseconds(double percentile) =>
        _lateness.TotalCount == 0 ? 0 : _lateness.GetValueAtPercentile(percentile) / (double)TimeSpan.TicksPerMillisecond;

    /// <param name="Fired">The number of occurrences that were planned for the period and fired.</param>
    /// <param name="Planned">The number of occurrences that should have fired.</param>
    /// <param name="PunctualPercent">The percentage of planned occurrences that fired within 50 ms.</param>
    /// <param name="ProcessorUs">The process's processor time for each occurrence, in microseconds.</param>
    /// <param name="Cores">The average number of busy processors.</param>
    public sealed record Figures(long Fired, long Planned, double PunctualPercent, double P50Ms, double P99Ms, double MaxMs,
        double ProcessorUs, double Cores)
    {
        public override string ToString() =>
            $"{Fired,9:N0} of {Planned,9:N0} fired; {PunctualPercent,7:0.000} % within 50 ms; late by p50 {P50Ms:0.0} ms, p99 "
                + $"{P99Ms:0.0} ms, at most {MaxMs:0.0} ms; {ProcessorUs:0.0} µs of a processor each, {Cores:0.00} processors";
    }
}
