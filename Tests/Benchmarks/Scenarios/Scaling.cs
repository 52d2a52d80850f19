using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures the processor time of an occurrence with a thousand and with a million schedules, at the same rate of occurrences. With a
/// million schedules, either a thousand of them fire and the others do not, or all of them fire, each seldom.
/// </summary>
internal static class Scaling
{
    public const string Name = "scaling";
    private const int Few = 1_000;

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var (many, rate) = (options.Count == 0 ? 1_000_000 : options.Count, options.Rate == 0 ? 5_000 : options.Rate);
        var rounds = new List<(Firings.Figures Few, Firings.Figures Idle, Firings.Figures Many)>();
        for (var n = 0; n < options.Rounds; n++)
        {
            var few = await MeasureAsync($"{Few:N0}", Few, 0);
            var idle = await MeasureAsync($"{Few:N0} of {many:N0}", Few, many - Few);
            rounds.Add((few, idle, await MeasureAsync($"all of {many:N0}", many, 0)));
        }

        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Round(rounds.Select(r => r.Idle.ProcessorUs)),
            baseline = Round(rounds.Select(r => r.Few.ProcessorUs)),
            ratio = Round(rounds.Select(r => r.Idle.ProcessorUs / r.Few.ProcessorUs)),
            allOfThem = Round(rounds.Select(r => r.Many.ProcessorUs)),
            ratioAllOfThem = Round(rounds.Select(r => r.Many.ProcessorUs / r.Few.ProcessorUs)),
            punctualPercent = Round(rounds.Select(r => r.Idle.PunctualPercent)),
            punctualPercentAllOfThem = Round(rounds.Select(r => r.Many.PunctualPercent)),
        }));

        static double Round(IEnumerable<double> values) => Math.Round(Load.Median(values), 2);

        async Task<Firings.Figures> MeasureAsync(string name, int count, int idle)
        {
            var figures = await FiringSilo.MeasureAsync(FiringSilo.Verb, options, count, rate, idle);
            Console.WriteLine($"{name,-20}{figures}");
            return figures;
        }
    }
}
