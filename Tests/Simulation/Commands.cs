using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OrleansTasks.Simulation;

/// <summary>Runs what the command line requests.</summary>
/// <remarks>Each command returns true if everything is as it should be.</remarks>
internal static class Commands
{
    /// <summary>Runs one seed and prints its history.</summary>
    public static bool TellOne(ulong seed, HistorySettings settings)
    {
        var verdict = Verdict.Of(seed, new RecordCopier(), settings with { Traces = true });
        Console.Write(verdict.Trace);
        foreach (var violation in verdict.Violations)
        {
            Console.WriteLine($"VIOLATION {violation}");
        }

        Console.WriteLine($"{verdict.Steps} steps, {verdict.Violations.Count} violations.");
        return verdict.Violations.Count == 0;
    }

    /// <summary>Runs many seeds, and prints those that fail.</summary>
    public static bool TakeMany(CommandLine line)
    {
        var listed = line.Also is { } file ? ReadSeeds(file) : [];
        Console.WriteLine(
            $"Seeds {(listed.Count > 0 ? $"{string.Join(", ", listed)}, and " : "")}{line.From} to {line.From + line.Seeds - 1}; each "
                + "can be repeated with --seed.");
        var many = new ManySeeds(line.Settings, line.Times);
        many.Run(listed.Concat(Range(line)), static v =>
        {
            Console.WriteLine($"FAILED seed {v.Seed}: {v.Summary}");
            return true;
        });
        Result(new
        {
            scenario = "simulation",
            seeds = many.Seeds,
            steps = many.Steps,
            seconds = Seconds(many.Elapsed),
            faults = many.Faults,
            violations = many.Failed
        });
        return many.Failed == 0;
    }

    /// <summary>Plants one defect after the other, and runs seeds until each is found.</summary>
    public static bool Plant(CommandLine line)
    {
        var clock = Stopwatch.StartNew();
        var needed = new Dictionary<string, ulong?>();
        foreach (var name in line.Planted == CommandLine.All ? PlantedDefect.Names : [line.Planted!])
        {
            var (found, seeds) = Find(name, line);
            needed[name] = found is null ? null : seeds;
            Console.WriteLine(
                found is null
                    ? $"{name,-22} {seeds,6} seeds  NOT FOUND"
                    : $"{name,-22} {seeds,6} seeds  {Seconds(clock.Elapsed),6:F1} s  seed {found.Seed}: {found.Summary}");
        }

        Result(new
        {
            scenario = "planted",
            seeds = needed,
            seconds = Seconds(clock.Elapsed),
            notFound = needed.Count(static n => n.Value is null)
        });
        return !needed.ContainsValue(null);
    }

    /// <summary>Returns the first seed that fails with a defect and passes without it.</summary>
    private static (Verdict? Found, ulong Seeds) Find(string name, CommandLine line)
    {
        var settings = line.Settings with { Planted = name };
        var without = new RecordCopier();
        Verdict? found = null;
        var many = new ManySeeds(settings);
        many.Run(Range(line), verdict =>
        {
            found ??= Verdict.Of(verdict.Seed, without, settings with { Planted = null }).Violations.Count == 0 ? verdict : null;
            return found is null;
        });
        return (found, many.Seeds);
    }

    private static List<ulong> ReadSeeds(string file) =>
        [.. File.ReadLines(file).Select(static l => l.Split('#', ' ')[0]).Where(static l => l.Length > 0)
            .Select(static l => ulong.Parse(l, NumberStyles.None, CultureInfo.InvariantCulture))];

    private static IEnumerable<ulong> Range(CommandLine line)
    {
        for (var seed = line.From; seed < line.From + line.Seeds; seed++)
        {
            yield return seed;
        }
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 1);

    private static void Result<T>(T result) => Console.WriteLine($"RESULT {JsonSerializer.Serialize(result)}");
}
