using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansTasks.Running;
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

// Silos that are taken for dead and live on.
var withUndead = arguments.GetValueOrDefault("--undead") == "yes";
if (arguments.ContainsKey("--seed"))
{
    var history = new History(Number("--seed", 0), new RecordCopier(), traces: true, withUndead, arguments.GetValueOrDefault("--calls-of"));
    var violations = history.Run();
    Console.Write(history.Trace);
    foreach (var violation in violations)
    {
        Console.WriteLine($"VIOLATION {violation}");
    }

    Console.WriteLine($"{history.Steps} steps, {violations.Count} violations.");
    return violations.Count == 0 ? 0 : 1;
}

var (from, seeds) = (Number("--from", 1), Number("--seeds", 1_000));
var (steps, failed, next) = (0L, 0, from - 1);
var faults = new SortedDictionary<string, int>(StringComparer.Ordinal);
var gate = new Lock();
var clock = Stopwatch.StartNew();

// A history has one thread; several histories have several.
var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
{
    var copier = new RecordCopier();
    while (Interlocked.Increment(ref next) is var seed && seed < from + seeds)
    {
        var history = new History(seed, copier, traces: false, withUndead);
        var violations = history.Run();
        lock (gate)
        {
            steps += history.Steps;
            foreach (var (fault, count) in history.FaultsMade)
            {
                faults[fault] = faults.GetValueOrDefault(fault) + count;
            }

            if (violations.Count > 0)
            {
                failed++;
                Console.WriteLine($"seed {seed}: {violations[0]}{(violations.Count > 1 ? $" (and {violations.Count - 1} more)" : "")}");
            }
        }
    }
})).ToList();
workers.ForEach(static w => w.Start());
workers.ForEach(static w => w.Join());
Console.WriteLine($"RESULT {JsonSerializer.Serialize(new { scenario = "simulation", seeds, steps, seconds = Math.Round(clock.Elapsed.TotalSeconds, 1), faults, violations = failed })}");
return failed == 0 ? 0 : 1;
