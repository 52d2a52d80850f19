using System.Diagnostics;

namespace OrleansTasks.Benchmarks.Jobs;

/// <summary>
/// Compares engines with no-op jobs. Each round runs one engine after the other, with the same number of callers and workers.
/// </summary>
internal static class JobRace
{
    public const int Workers = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static long _handled;
    private static long _wanted;
    private static TaskCompletionSource _done = new();

    /// <summary>Runs as the job, and counts its calls.</summary>
    public static void Handle()
    {
        if (Interlocked.Increment(ref _handled) == Interlocked.Read(ref _wanted))
        {
            _done.TrySetResult();
        }
    }

    /// <summary>Runs all rounds, and returns the rates of each engine, one for each round.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<double>>> RunAsync(IReadOnlyList<IJobEngine> engines, BenchmarkOptions options,
        int count, bool recorded)
    {
        Console.WriteLine(
            $"{count:N0} no-op jobs ({string.Join(", ", engines.Skip(1).Select(e => $"{e.Name} {Count(e):N0}"))}) from "
                + $"{options.Callers} callers on {Workers} workers, {options.Rounds} rounds after a warm-up, "
                + $"{Environment.ProcessorCount} cores; jobs/s until "
                + $"{(recorded ? "the end of the last is recorded" : "the last is in its handler")}; each counts itself in its handler");
        Console.WriteLine($"{"",-12}{string.Concat(engines.Select(e => $"{e.Name,14}"))}");
        foreach (var engine in engines)
        {
            // Twice the size of a round, so that the hot paths of all engines have their final code.
            await MeasureAsync(engine, 2 * Count(engine), options.Callers, recorded);
        }

        var rates = engines.Select(_ => new List<double>()).ToList();
        for (var n = 0; n < options.Rounds; n++)
        {
            for (var e = 0; e < engines.Count; e++)
            {
                rates[e].Add(await MeasureAsync(engines[e], Count(engines[e]), options.Callers, recorded));
            }

            Console.WriteLine($"{$"round {n + 1}",-12}{string.Concat(rates.Select(r => $"{r[n],14:N0}"))}");
        }

        Console.WriteLine($"{"median",-12}{string.Concat(rates.Select(r => $"{Load.Median(r),14:N0}"))}");
        return rates;

        int Count(IJobEngine engine) => Math.Max(1, (int)(count * engine.Share));
    }

    /// <summary>Returns the median of the rounds' ratios.</summary>
    public static double Ratio(IReadOnlyList<double> ours, IReadOnlyList<double> theirs) =>
        Math.Round(Load.Median(ours.Zip(theirs, (a, b) => a / b)), 2);

    private static async Task<double> MeasureAsync(IJobEngine engine, int count, int callers, bool recorded)
    {
        (_handled, _wanted, _done) = (0, count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var left = count;
        var watch = Stopwatch.StartNew();

        // On separate threads, because the calls of some engines block.
        await Task.WhenAll(
            Enumerable.Range(0, callers)
                .Select(
                    _ => Task.Factory.StartNew(CallAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                        .Unwrap()));
        await _done.Task.WaitAsync(Patience, TimeProvider.System);
        var seconds = watch.Elapsed.TotalSeconds;
        while (!await engine.IsRecordedAsync() && watch.Elapsed < Patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        seconds = recorded ? watch.Elapsed.TotalSeconds : seconds;
        return Interlocked.Read(ref _handled) == count
            ? count / seconds
            : throw new InvalidOperationException($"{engine.Name}: {count} jobs were added, and {_handled} made.");

        async Task CallAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await engine.AddAsync();
            }
        }
    }
}
