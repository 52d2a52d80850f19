using System.Text.Json;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures the time from the start of a silo's process, with its tasks in a new SQLite file, until the first occurrence reaches its
/// handler.
/// </summary>
internal static class Startup
{
    public const string Name = "startup";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("orleans-tasks-startup");
        try
        {
            var fired = new List<double>();
            for (var n = 0; n < options.Rounds; n++)
            {
                fired.Add((await IdleSchedules.StartAsync(Path.Combine(folder.FullName, $"{n}.db"), 0)).FiredMs / 1000.0);
                Console.WriteLine($"round {n + 1}: first firing after {fired[n]:0.00} s");
            }

            Console.WriteLine(
                "RESULT "
                    + JsonSerializer.Serialize(
                        new { scenario = Name, ours = Math.Round(Load.Median(fired), 2), worst = Math.Round(fired.Max(), 2) }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
