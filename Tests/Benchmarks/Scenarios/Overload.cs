using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures how late schedules fire, and how much memory the silo takes, with ten times as many requests as it has room for. Compares this
/// with a quiet silo.
/// </summary>
internal static class Overload
{
    public const string Name = "overload";
    private const int Callers = 10 * (OverloadSilo.Places + OverloadSilo.Queue);

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var both = await SiloAndClient.StartAsync(OverloadSilo.Verb);
        var tasks = both.Tasks;
        var (answered, refused) = (0L, 0L);

        // Longer than most scenarios, because the queue must stay full for many times the time that a run spends in it.
        var seconds = Math.Max(2, 5 * options.Seconds);
        await OverloadSilo.AskAsync(tasks);
        var quiet = await MeasureAsync("quiet", seconds, load: false);
        var rounds = new List<OverloadSilo.Figures>();
        for (var n = 0; n < options.Rounds; n++)
        {
            rounds.Add(await MeasureAsync($"overloaded, round {n + 1}", seconds, load: true));
        }

        Console.WriteLine(
            $"{Callers:N0} callers on {OverloadSilo.Places} places and a queue of {OverloadSilo.Queue:N0}: {answered:N0} runs were "
                + $"made, {refused:N0} refused.");
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(Load.Median(rounds.Select(r => r.P99Ms)), 1),
            baseline = Math.Round(quiet.P99Ms, 1),
            ratio = Math.Round(Load.Median(rounds.Select(r => r.P99Ms)) / quiet.P99Ms, 2),
            worstMs = Math.Round(rounds.Max(r => r.MaxMs), 1),
            runsPerSecond = Math.Round(answered / (seconds * options.Rounds)),
            refused,
            memoryQuietMiB = quiet.MebiBytes,
            memoryFirstMiB = rounds[0].MebiBytes,
            memoryLastMiB = rounds[^1].MebiBytes,
            heapQuietMiB = quiet.HeapMebiBytes,
            heapFirstMiB = rounds[0].HeapMebiBytes,
            heapLastMiB = rounds[^1].HeapMebiBytes,
        }));

        async Task<OverloadSilo.Figures> MeasureAsync(string name, double length, bool load)
        {
            await OverloadSilo.AskAsync(tasks);
            if (load)
            {
                await Load.RunAsync(Callers, length, _ => RequestAsync());
            }
            else
            {
                await Task.Delay(TimeSpan.FromSeconds(length), TimeProvider.System);
            }

            var figures = await OverloadSilo.AskAsync(tasks);
            Console.WriteLine(
                $"{name,-24}{figures.Firings,8:N0} firings late by p50 {figures.P50Ms:0.0} ms, p99 {figures.P99Ms:0.0} ms, at most "
                    + $"{figures.MaxMs:0.0} ms; {figures.Worked:N0} runs in the handler; {figures.MebiBytes:N0} MiB, of which "
                    + $"{figures.HeapMebiBytes:N0} in use");
            return figures.Firings >= OverloadSilo.Beats * (length - 2)
                ? figures
                : throw new InvalidOperationException($"Only {figures.Firings} firings in {length} s.");
        }

        async Task RequestAsync()
        {
            try
            {
                await tasks.RunAsync(OverloadSilo.Work);
                Interlocked.Increment(ref answered);
            }
            catch (TasksOverloadedException e)
            {
                Interlocked.Increment(ref refused);
                await Task.Delay(e.RetryAfter, TimeProvider.System);
            }
        }
    }
}
