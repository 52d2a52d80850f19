using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures many schedules that do not fire, in a SQLite file: how fast they are registered, how much memory each takes, and how long a
/// silo that was killed takes until it fires again and until all schedules are loaded. Compares memory and registration with Quartz in
/// memory, with a fifth as many schedules.
/// </summary>
internal static class IdleSchedules
{
    public const string Name = "idle-schedules";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var count = options.Count == 0 ? 1_000_000 : options.Count;
        var folder = Directory.CreateTempSubdirectory("orleans-tasks-idle");
        var file = Path.Combine(folder.FullName, "tasks.db");
        try
        {
            var empty = await StartAsync(Path.Combine(folder.FullName, "empty.db"), 0);
            var filled = await StartAsync(file, count);
            var quartzEmpty = await StartAsync("", 0, RegistrySilo.QuartzVerb);
            var quartz = await StartAsync("", Math.Max(1, count / 5), RegistrySilo.QuartzVerb);
            var rounds = new List<Start>();
            for (var n = 0; n < options.Rounds; n++)
            {
                rounds.Add(await StartAsync(file, 0));
                var start = rounds[n];
                Console.WriteLine(
                    $"{start.Schedules:N0} schedules: first firing after {start.FiredMs:N0} ms, all of the registry after "
                        + $"{start.CompleteMs:N0} ms, {start.ProcessBytes >> 20:N0} MiB, of which {start.HeapBytes >> 20:N0} in use");
            }

            var size = new FileInfo(file).Length;
            var (ours, theirs) = (Load.Median(rounds.Select(r => Each(r.HeapBytes - empty.HeapBytes, count))),
                Each(quartz.HeapBytes - quartzEmpty.HeapBytes, (int)quartz.Schedules));
            Console.WriteLine(
                $"Registered {count:N0} in {filled.RegisteredMs:N0} ms; the file has {size >> 20:N0} MiB; an empty registry fires after "
                    + $"{empty.FiredMs:N0} ms. Quartz registered {quartz.Schedules:N0} in {quartz.RegisteredMs:N0} ms.");
            Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
            {
                scenario = Name,
                count,
                ours,
                baseline = theirs,
                ratio = Math.Round(ours / theirs, 2),
                processBytesEach = Load.Median(rounds.Select(r => Each(r.ProcessBytes - empty.ProcessBytes, count))),
                fileBytesEach = Each(size, count),
                registeredPerSecond = PerSecond(filled),
                quartzRegisteredPerSecond = PerSecond(quartz),
                firesAfterSeconds = Load.Median(rounds.Select(r => r.FiredMs / 1000.0)),
                emptyFiresAfterSeconds = empty.FiredMs / 1000.0,
                completeAfterSeconds = Load.Median(rounds.Select(r => r.CompleteMs / 1000.0)),
            }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static double Each(long bytes, int count) => Math.Round((double)bytes / count);

        static double PerSecond(Start start) => Math.Round(start.Schedules * 1000.0 / Math.Max(1, start.RegisteredMs));
    }

    /// <summary>Starts a process with the schedules, reads its output to the end, and kills it.</summary>
    public static async Task<Start> StartAsync(string file, int count, string verb = RegistrySilo.Verb)
    {
        using var process = SiloProcess.Launch(verb, "--file", file, "--count", $"{count}");
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

        return new Start(said[RegistrySilo.Fired][0], complete[0], complete[1], complete[2], complete[3],
            said.GetValueOrDefault(RegistrySilo.Registered, [0])[0]);
    }

    public sealed record Start(long FiredMs, long CompleteMs, long Schedules, long ProcessBytes, long HeapBytes, long RegisteredMs);
}
