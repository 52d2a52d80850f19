using System.Diagnostics;
using System.Text.Json;
using HdrHistogram;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures how long one caller waits for a no-op run over TCP, and compares it with a bare grain call that carries the same payload in
/// both directions. Both alternate in the same process.
/// </summary>
internal static class RunLatency
{
    public const string Name = "run-latency";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var both = await SiloAndClient.StartAsync();
        var tasks = both.Tasks;
        var cluster = both.Cluster;
        TaskArguments arguments = [13, RunThroughput.Text];
        var payload = RunThroughput.Payload();

        // Enough calls to compile the hot paths of both to their final code.
        await Load.RunAsync(options.Callers, 2 * options.Seconds, _ => Bare());
        await Load.RunAsync(options.Callers, 4 * options.Seconds, _ => Ours());
        Console.WriteLine(
            $"one caller, {options.Rounds} rounds of {options.Seconds:0.#} s each after a warm-up, {Environment.ProcessorCount} cores "
                + "shared by client and silo process; µs");
        Console.WriteLine($"{"",-12}{"bare p50",10}{"bare p99",10}{"run p50",10}{"run p99",10}");
        var rounds = new List<Round>();
        var (calls, before) = (0L, await tasks.RunAsync<long>("handled"));
        for (var n = 0; n < options.Rounds; n++)
        {
            var bare = await MeasureAsync(options.Seconds, Bare);
            var ours = await MeasureAsync(options.Seconds, Ours);
            calls += ours.TotalCount;
            rounds.Add(new Round(Microseconds(bare, 50), Microseconds(bare, 99), Microseconds(ours, 50), Microseconds(ours, 99)));
            Console.WriteLine(
                $"{$"round {n + 1}",-12}{rounds[n].BareP50,10:0}{rounds[n].BareP99,10:0}{rounds[n].OurP50,10:0}{rounds[n].OurP99,10:0}");
        }

        if (await tasks.RunAsync<long>("handled") - before is var handled && handled != calls)
        {
            throw new InvalidOperationException($"{calls} runs were answered, but the handler ran {handled} times.");
        }

        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(Load.Median(rounds.Select(r => r.OurP50))),
            baseline = Math.Round(Load.Median(rounds.Select(r => r.BareP50))),
            ratio = Math.Round(Load.Median(rounds.Select(r => r.OurP50 / r.BareP50)), 2),
            oursP99 = Math.Round(Load.Median(rounds.Select(r => r.OurP99))),
            baselineP99 = Math.Round(Load.Median(rounds.Select(r => r.BareP99))),
            ratioP99 = Math.Round(Load.Median(rounds.Select(r => r.OurP99 / r.BareP99)), 2),
        }));

        Task Ours() => tasks.RunAsync("noop-0", arguments);

        Task Bare() => cluster.GetGrain<IEchoGrain>("echo-0").CallAsync(payload).AsTask();
    }

    private static async Task<LongHistogram> MeasureAsync(double seconds, Func<Task> call)
    {
        var histogram = new LongHistogram(10 * Stopwatch.Frequency, 3);
        var end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        for (var began = Stopwatch.GetTimestamp(); began < end;)
        {
            await call();
            var ended = Stopwatch.GetTimestamp();
            histogram.RecordValue(ended - began);
            began = ended;
        }

        return histogram;
    }

    private static double Microseconds(LongHistogram histogram, double percentile) =>
        histogram.GetValueAtPercentile(percentile) * 1e6 / Stopwatch.Frequency;

    private sealed record Round(double BareP50, double BareP99, double OurP50, double OurP99);
}
