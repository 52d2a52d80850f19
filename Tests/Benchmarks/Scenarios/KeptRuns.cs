using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures searches among many ended runs that are kept in a SQLite file: the time of a page, memory and storage of each run, and how long
/// a silo that was killed takes until it finds all of them again.
/// </summary>
internal static class KeptRuns
{
    public const string Name = "history";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var count = options.Count == 0 ? 1_000_000 : options.Count;
        var folder = Directory.CreateTempSubdirectory("orleans-tasks-history");
        var file = Path.Combine(folder.FullName, "tasks.db");
        try
        {
            var empty = await StartAsync(Path.Combine(folder.FullName, "empty.db"), 0, options.Rounds);
            var filled = await StartAsync(file, count, options.Rounds);
            var again = await StartAsync(file, count, options.Rounds);
            Console.WriteLine($"{"search",-12}{"p50",12}{"p99",12}{"maximum",12}   with {again.Kept:N0} runs, after a new start");
            foreach (var (name, times) in again.Searches)
            {
                Console.WriteLine($"{name,-12}{Shown(times[0]),12}{Shown(times[1]),12}{Shown(times[2]),12}");
            }

            Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
            {
                scenario = Name,
                count,
                ours = Worst(again, 1),
                worstP50Ms = Worst(again, 0),
                worstMs = Worst(again, 2),
                worstWhileWarmP99Ms = Worst(filled, 1),
                runsPerSecond = Math.Round(count * 1000.0 / Math.Max(1, filled.MadeMs)),
                foundAfterMs = filled.FoundMs - filled.MadeMs,
                foundAfterNewStartMs = again.FoundMs,
                heapBytesEach = Each(again.HeapBytes - empty.HeapBytes),
                fileBytesEach = Each(Directory.GetFiles(folder.FullName, "tasks.db*").Sum(static f => new FileInfo(f).Length)),
            }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        double Each(long bytes) => Math.Round((double)bytes / count);

        static double Worst(Start start, int which) => Math.Round(start.Searches.Max(s => s.Value[which]) / 1000.0, 1);

        static string Shown(long microseconds) => $"{microseconds / 1000.0:0.0} ms";
    }

    private static async Task<Start> StartAsync(string file, int count, int rounds)
    {
        using var process = SiloProcess.Launch(HistorySilo.Verb, "--file", file, "--count", $"{count}", "--rounds", $"{rounds}");
        var (kept, searches) = (Array.Empty<long>(), new Dictionary<string, long[]>());
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is var line && line != HistorySilo.Done)
            {
                switch (line?.Split(' '))
                {
                    case null:
                        throw new InvalidOperationException("The silo has ended.");
                    case [HistorySilo.Kept, .. var figures]:
                        kept = [.. figures.Select(long.Parse)];
                        break;
                    case [HistorySilo.Searched, var name, .. var times]:
                        searches[name] = [.. times.Select(long.Parse)];
                        break;
                    default:
                        Console.WriteLine(line);
                        break;
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        return kept[0] == count ? new Start(kept[0], kept[1], kept[2], kept[4], searches)
            : throw new InvalidOperationException($"{kept[0]} runs are kept instead of {count}.");
    }

    private sealed record Start(long Kept, long MadeMs, long FoundMs, long HeapBytes, IReadOnlyDictionary<string, long[]> Searches);
}
