using System.Globalization;
using System.Text.Json;
using OrleansTasks;
using OrleansTasks.Simulation;

var options = new[] { "--seeds", "--from", "--seed", "--calls-of", "--undead" };
var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
for (var n = 0; n < args.Length; n += 2)
{
    if (!options.Contains(args[n]) || n + 1 == args.Length)
    {
        Console.Error.WriteLine($"'{args[n]}' is no option, or has no value. There are: --seeds N [--from N], or --seed N [--calls-of TEXT]; and --undead yes.");
        return 2;
    }

    arguments[args[n]] = args[n + 1];
}

foreach (var name in options.Take(3).Where(n => arguments.TryGetValue(n, out var text) && !ulong.TryParse(text, CultureInfo.InvariantCulture, out _)))
{
    Console.Error.WriteLine($"{name} is to be a whole number, and is '{arguments[name]}'.");
    return 2;
}

ulong Number(string name, ulong otherwise) => arguments.TryGetValue(name, out var text) ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;

Completions.KeepOffThePool();

var settings = new HistorySettings { WithUndead = arguments.GetValueOrDefault("--undead") == "yes", CallsOf = arguments.GetValueOrDefault("--calls-of") };
if (arguments.ContainsKey("--seed"))
{
    var verdict = Verdict.Of(Number("--seed", 0), new RecordCopier(), settings with { Traces = true });
    Console.Write(verdict.Trace);
    foreach (var violation in verdict.Violations)
    {
        Console.WriteLine($"VIOLATION {violation}");
    }

    Console.WriteLine($"{verdict.Steps} steps, {verdict.Violations.Count} violations.");
    return verdict.Violations.Count == 0 ? 0 : 1;
}

var (from, seeds) = (Number("--from", 1), Number("--seeds", 1_000));
var many = new ManySeeds(settings);
many.Run(Seeds(from, seeds), static v =>
{
    Console.WriteLine($"seed {v.Seed}: {v.Violations[0]}{(v.Violations.Count > 1 ? $" (and {v.Violations.Count - 1} more)" : "")}");
    return true;
});
Console.WriteLine($"RESULT {JsonSerializer.Serialize(new { scenario = "simulation", seeds = many.Seeds, steps = many.Steps, seconds = Math.Round(many.Elapsed.TotalSeconds, 1), faults = many.Faults, violations = many.Failed })}");
return many.Failed == 0 ? 0 : 1;

static IEnumerable<ulong> Seeds(ulong from, ulong count)
{
    for (var seed = from; seed < from + count; seed++)
    {
        yield return seed;
    }
}
