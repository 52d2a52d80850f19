using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>How long a silo takes that is killed and started again on a registry of so many schedules: until it fires, and until all of it is there.</summary>
internal static class Restart
{
    public const string Name = "restart";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var count = options.Count == 0 ? 1_000_000 : options.Count;
        var folder = Directory.CreateTempSubdirectory("orleans-tasks-restart");
        var file = Path.Combine(folder.FullName, "tasks.db");
        try
        {
            var empty = await StartAsync(Path.Combine(folder.FullName, "empty.db"), 0);
            var filled = await StartAsync(file, count);
            var rounds = new List<Start>();
            for (var n = 0; n < options.Rounds; n++)
            {
                rounds.Add(await StartAsync(file, 0));
                Console.WriteLine($"{rounds[^1].Tasks:N0} tasks: first firing after {rounds[^1].FiredMs:N0} ms, all of the registry after {rounds[^1].CompleteMs:N0} ms, {rounds[^1].Bytes >> 20:N0} MiB");
            }

            var size = new FileInfo(file).Length;
            Console.WriteLine($"Registered {count:N0} in {filled.RegisteredMs:N0} ms; the file has {size >> 20:N0} MiB; an empty registry fires after {empty.FiredMs:N0} ms.");
            Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
            {
                scenario = Name,
                store = "sqlite",
                count,
                ours = Median(rounds.Select(r => r.FiredMs)) / 1000.0,
                baseline = empty.FiredMs / 1000.0,
                ratio = Math.Round((double)Median(rounds.Select(r => r.FiredMs)) / empty.FiredMs, 2),
                completeSeconds = Median(rounds.Select(r => r.CompleteMs)) / 1000.0,
                registeredPerSecond = Math.Round(count * 1000.0 / Math.Max(1, filled.RegisteredMs)),
                fileBytesPerSchedule = Math.Round((double)size / count),
                memoryBytesPerSchedule = Math.Round((double)(Median(rounds.Select(r => r.Bytes)) - empty.Bytes) / count),
            }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static long Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    /// <summary>Starts a silo, waits until it has said all it has to say, and kills it.</summary>
    public static async Task<Start> StartAsync(string file, int count)
    {
        using var process = SiloProcess.Launch(RegistrySilo.Verb, "--file", file, "--count", $"{count}");
        var said = new Dictionary<string, long[]>();
        try
        {
            while (!said.ContainsKey(RegistrySilo.Complete) || !said.ContainsKey(RegistrySilo.Fired))
            {
                var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The silo has ended.");
                var words = line.Split(' ');
                if (words[0] is RegistrySilo.Complete or RegistrySilo.Fired or RegistrySilo.Registered)
                {
                    said[words[0]] = [.. words.Skip(1).Select(long.Parse)];
                }
                else
                {
                    Console.WriteLine(line);
                }
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        var complete = said[RegistrySilo.Complete];
        if (complete[1] < count)
        {
            throw new InvalidOperationException($"Only {complete[1]} of {count} schedules are there.");
        }

        return new Start(said[RegistrySilo.Fired][0], complete[0], complete[1], complete[2], said.GetValueOrDefault(RegistrySilo.Registered, [0])[0]);
    }

    public sealed record Start(long FiredMs, long CompleteMs, long Tasks, long Bytes, long RegisteredMs);
}
