using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures how late other tasks are while one task receives as many requests as the cluster accepts, half of them dispatches. Compares
/// this with a quiet cluster.
/// </summary>
internal static class Fairness
{
    public const string Name = "fairness";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var both = await SiloAndClient.StartAsync(OverloadSilo.Verb);
        var tasks = both.Tasks;
        var seconds = Math.Max(2, 2.5 * options.Seconds);
        await FloodAsync(seconds);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        var rounds = new List<(OverloadSilo.Figures Quiet, OverloadSilo.Figures Flooded)>();
        for (var n = 0; n < options.Rounds; n++)
        {
            await OverloadSilo.AskAsync(tasks);
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
            var quiet = await OverloadSilo.AskAsync(tasks);
            var runs = await FloodAsync(seconds);
            var flooded = await OverloadSilo.AskAsync(tasks);
            rounds.Add((quiet, flooded));
            Console.WriteLine(
                $"round {n + 1}: quiet p99 {quiet.P99Ms:0.0} ms, at most {quiet.MaxMs:0.0} ms; with {runs / seconds:N0} runs/s of one "
                    + $"task p99 {flooded.P99Ms:0.0} ms, at most {flooded.MaxMs:0.0} ms, {flooded.Firings:N0} firings");
            if (flooded.Firings < OverloadSilo.Beats * (seconds - 2))
            {
                throw new InvalidOperationException($"Only {flooded.Firings} firings in {seconds} s.");
            }
        }

        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(Load.Median(rounds.Select(r => r.Flooded.P99Ms)), 1),
            baseline = Math.Round(Load.Median(rounds.Select(r => r.Quiet.P99Ms)), 1),
            ratio = Math.Round(Load.Median(rounds.Select(r => r.Flooded.P99Ms / r.Quiet.P99Ms)), 2),
            worstMs = Math.Round(rounds.Max(r => r.Flooded.MaxMs), 1),
        }));

        async Task<long> FloodAsync(double length)
        {
            var dispatched = Load.RunAsync(options.Callers / 2, length, _ => tasks.DispatchAsync(OverloadSilo.Flood));
            var run = Load.RunAsync(options.Callers / 2, length,
                _ => OverloadSilo.PatientlyAsync(() => tasks.RunAsync(OverloadSilo.Flood)));
            return (await dispatched).Calls + (await run).Calls;
        }
    }
}
