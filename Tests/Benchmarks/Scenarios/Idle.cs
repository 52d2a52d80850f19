using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures the processor time of a silo with tasks and nothing to do, and compares it with a silo without tasks. Both run at the same
/// time.
/// </summary>
internal static class Idle
{
    public const string Name = "idle";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var empty = await SiloProcess.StartAsync(IdleSilo.Verb, "--count", "0");
        await using var ours = await SiloProcess.StartAsync(IdleSilo.Verb, "--count", "1");

        // By then, work that follows the start, such as the compilation of hot paths, is over.
        await Task.Delay(TimeSpan.FromSeconds(Math.Min(30, 7.5 * options.Seconds)), TimeProvider.System);
        var seconds = 5 * options.Seconds;
        var rounds = new List<(double Empty, double Ours)>();
        for (var n = 0; n < options.Rounds; n++)
        {
            var watch = Stopwatch.StartNew();
            var (emptyBefore, oursBefore) = (empty.ProcessorTime, ours.ProcessorTime);
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
            var whole = watch.Elapsed.TotalSeconds / 100;
            rounds.Add(((empty.ProcessorTime - emptyBefore).TotalSeconds / whole, (ours.ProcessorTime - oursBefore).TotalSeconds / whole));
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"round {n + 1}: {rounds[n].Empty:0.00} % of a core without tasks, {rounds[n].Ours:0.00} % with"));
        }

        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(Load.Median(rounds.Select(r => r.Ours)), 2),
            baseline = Math.Round(Load.Median(rounds.Select(r => r.Empty)), 2),
            ratio = Math.Round(Load.Median(rounds.Select(r => r.Ours / r.Empty)), 2),
            more = Math.Round(Load.Median(rounds.Select(r => r.Ours - r.Empty)), 2),
        }));
    }
}
