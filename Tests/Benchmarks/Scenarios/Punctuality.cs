using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures how many of very many occurrences reach their handlers within 50 ms, and the processor time of each. Compares this with Quartz
/// in memory.
/// </summary>
internal static class Punctuality
{
    public const string Name = "punctuality";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var rate = options.Rate == 0 ? 20_000 : options.Rate;
        var rounds = new List<(Firings.Figures Ours, Firings.Figures Quartz)>();
        for (var n = 0; n < options.Rounds; n++)
        {
            var ours = await MeasureAsync("OrleansTasks", FiringSilo.Verb);
            rounds.Add((ours, await MeasureAsync("Quartz", FiringSilo.QuartzVerb)));
        }

        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(Load.Median(rounds.Select(r => r.Ours.PunctualPercent)), 3),
            baseline = Math.Round(Load.Median(rounds.Select(r => r.Quartz.PunctualPercent)), 3),
            ratio = Math.Round(Load.Median(rounds.Select(r => r.Ours.PunctualPercent / r.Quartz.PunctualPercent)), 3),
            cores = Math.Round(Load.Median(rounds.Select(r => r.Ours.Cores)), 2),
            quartzCores = Math.Round(Load.Median(rounds.Select(r => r.Quartz.Cores)), 2),
            ratioCores = Math.Round(Load.Median(rounds.Select(r => r.Ours.Cores / r.Quartz.Cores)), 2),
            p99Ms = Math.Round(Load.Median(rounds.Select(r => r.Ours.P99Ms)), 1),
            quartzP99Ms = Math.Round(Load.Median(rounds.Select(r => r.Quartz.P99Ms)), 1),
        }));

        // Each schedule fires once a second.
        async Task<Firings.Figures> MeasureAsync(string name, string verb)
        {
            var figures = await FiringSilo.MeasureAsync(verb, options, (int)rate, rate);
            Console.WriteLine($"{name,-14}{figures}");
            return figures;
        }
    }
}
