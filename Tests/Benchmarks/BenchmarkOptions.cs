using System.Globalization;

namespace OrleansTasks.Benchmarks;

/// <summary>Stores the options of the command line.</summary>
internal sealed record BenchmarkOptions(string Scenario, double Seconds, int Rounds, int Callers, int Count, double Rate, int Idle,
    int Port, int GatewayPort, string? File, string? Store, string? Append)
{
    private static readonly string[] Known =
        ["--seconds", "--rounds", "--callers", "--count", "--rate", "--idle", "--port", "--gateway", "--file", "--store", "--append"];

    /// <summary>Reads the name of a scenario, and options that each have a value.</summary>
    /// <exception cref="ArgumentException">An option is not known or has no value, or a value is not a number.</exception>
    public static BenchmarkOptions Parse(string[] args)
    {
        for (var n = 1; n < args.Length; n += 2)
        {
            if (!Known.Contains(args[n]) || n + 1 == args.Length)
            {
                throw new ArgumentException($"'{args[n]}' is not an option with a value; the options are {string.Join(", ", Known)}.");
            }
        }

        return new BenchmarkOptions(
            args.FirstOrDefault() ?? "", Number("seconds", 4), (int)Number("rounds", 5), (int)Number("callers", 100),
            (int)Number("count", 0), Number("rate", 0), (int)Number("idle", 0), (int)Number("port", 0), (int)Number("gateway", 0),
            Text("file"), Text("store"), Text("append"));

        double Number(string name, double fallback) => Text(name) switch
        {
            null => fallback,
            var text when double.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
            var text => throw new ArgumentException($"--{name} is '{text}'; a number is expected."),
        };

        string? Text(string name)
        {
            var at = Array.IndexOf(args, "--" + name);
            return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
        }
    }
}
