using OrleansTasks.Benchmarks;
using OrleansTasks.Benchmarks.Scenarios;

// dotnet run -c Release --project Tests/Benchmarks -- SCENARIO [--seconds N] [--rounds N] [--callers N]
var options = BenchmarkOptions.Parse(args);
switch (options.Scenario)
{
    case "run-throughput":
        await RunThroughput.RunAsync(options);
        return 0;
    case SiloProcess.Verb:
        await SiloProcess.ServeAsync(options);
        return 0;
    default:
        Console.Error.WriteLine("Scenarios: run-throughput. Options: --seconds N (a round, default 4), --rounds N (default 5), --callers N (default 100).");
        return 2;
}
