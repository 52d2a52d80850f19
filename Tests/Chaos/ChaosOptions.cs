using System.Globalization;
using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos;

/// <summary>What the command line asks for.</summary>
internal sealed record ChaosOptions
{
    public const string Usage = """
        dotnet run -c Release --project Tests/Chaos -- --store sqlite|redis|postgres [options]

          --silos N          processes of the cluster; default 3, with sqlite 1
          --duration N       seconds of load; default 120
          --faults a,b,…     kill, freeze, stop, storage, partition, restart, blackout; default: all that the store and this machine allow
          --seed N           of load and faults; default 1
          --tasks N          scheduled tasks; default 40
          --out DIR          where the records, logs and the timeline go; default artifacts/chaos/STORE-SEED
          --plant lost|doubled|late   falsifies the records before they are judged, to see that it is found
        """;

    public required Store Store { get; init; }

    public required int Silos { get; init; }

    public required TimeSpan Duration { get; init; }

    public required IReadOnlyList<FaultKind> Faults { get; init; }

    public required int Seed { get; init; }

    public required int Tasks { get; init; }

    public required string Folder { get; init; }

    public string? Plant { get; init; }

    /// <exception cref="ArgumentException">Something is missing or wrong.</exception>
    public static ChaosOptions Parse(string[] args)
    {
        var given = ReadPairs(args);
        var store = Choice<Store>("store", Text("store") ?? throw new ArgumentException("--store is missing."));
        var seed = Number("seed", 1, 0, int.MaxValue);
        var options = new ChaosOptions
        {
            Store = store,
            Silos = store == Store.Sqlite ? Number("silos", 1, 1, 1) : Number("silos", 3, 1, 16),
            Duration = TimeSpan.FromSeconds(Number("duration", 120, 30, 86_400)),
            Faults = Text("faults") is { } faults ? [.. faults.Split(',').Select(f => Choice<FaultKind>("faults", f))] : FaultPlan.Possible(store),
            Seed = seed,
            Tasks = Number("tasks", 40, 1, 10_000),
            Folder = Path.GetFullPath(Text("out") ?? Path.Combine("artifacts", "chaos", $"{store.ToString().ToLowerInvariant()}-{seed}")),
            Plant = Text("plant"),
        };
        return given.Count == 0 ? options : throw new ArgumentException($"--{given.Keys.First()} is not known.");

        string? Text(string name) => given.Remove(name, out var value) ? value : null;

        int Number(string name, int otherwise, int least, int most)
        {
            var text = Text(name);
            return text is null ? otherwise
                : int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
                : throw new ArgumentException($"--{name} is '{text}'; a number from {least} to {most} is wanted.");
        }

        static T Choice<T>(string name, string text)
            where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : throw new ArgumentException($"--{name}: '{text}' is not one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
    }

    /// <summary>Options that each have a value, by name.</summary>
    public static Dictionary<string, string> ReadPairs(string[] args)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 >= args.Length)
            {
                throw new ArgumentException($"'{args[i]}' is not an option with a value.");
            }

            pairs[args[i][2..]] = args[i + 1];
        }

        return pairs;
    }
}
