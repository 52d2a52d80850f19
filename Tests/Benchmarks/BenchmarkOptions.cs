using System.Globalization;

namespace OrleansTasks.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions(string Scenario, double Seconds, int Rounds, int Callers, int Port, int GatewayPort)
{
    public static BenchmarkOptions Parse(string[] args)
    {
        return new BenchmarkOptions(
            args.FirstOrDefault() ?? "", Number("seconds", 4), (int)Number("rounds", 5), (int)Number("callers", 100), (int)Number("port", 0), (int)Number("gateway", 0));

        double Number(string name, double fallback)
        {
            var at = Array.IndexOf(args, "--" + name);
            return at >= 0 && at + 1 < args.Length ? double.Parse(args[at + 1], CultureInfo.InvariantCulture) : fallback;
        }
    }
}
