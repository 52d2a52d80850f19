using System.Globalization;

namespace OrleansTasks.Benchmarks;

/// <summary>Stores the options of the command line.</summary>
internal sealed record BenchmarkOptions(string Scenario, double Seconds, int Rounds, int Callers, int Count, double Rate, int Idle, int Port, int GatewayPort, string? File, string? Store, string? Append)
{
    public static BenchmarkOptions Parse(string[] args)
    {
        return new BenchmarkOptions(
            args.FirstOrDefault() ?? "", Number("seconds", 4), (int)Number("rounds", 5), (int)Number("callers", 100), (int)Number("count", 0), Number("rate", 0), (int)Number("idle", 0), (int)Number("port", 0), (int)Number("gateway", 0), Text("file"), Text("store"), Text("append"));

        double Number(string name, double fallback) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : fallback;

        string? Text(string name)
        {
            var at = Array.IndexOf(args, "--" + name);
            return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
        }
    }
}
