using OrleansTasks.Benchmarks;
using OrleansTasks.Benchmarks.Scenarios;

// dotnet run -c Release --project Tests/Benchmarks -- SCENARIO [--seconds N] [--rounds N] [--callers N] [--count N]
var options = BenchmarkOptions.Parse(args);
switch (options.Scenario)
{
    case "run-throughput":
        await RunThroughput.RunAsync(options);
        return 0;
    case Restart.Name:
        await Restart.RunAsync(options with { Count = options.Count == 0 ? 1_000_000 : options.Count });
        return 0;
    case Overload.Name:
        await Overload.RunAsync(options);
        return 0;
    case RunLatency.Name:
        await RunLatency.RunAsync(options);
        return 0;
    case InProcess.Name:
        await InProcess.RunAsync(options);
        return 0;
    case Idle.Name:
        await Idle.RunAsync(options);
        return 0;
    case Startup.Name:
        await Startup.RunAsync(options);
        return 0;
    case IdleSilo.Verb:
        await IdleSilo.ServeAsync(options);
        return 0;
    case OverloadSilo.Verb:
        await OverloadSilo.ServeAsync(options);
        return 0;
    case RegistrySilo.Verb:
        await RegistrySilo.ServeAsync(options);
        return 0;
    case SiloProcess.Verb:
        await SiloProcess.ServeAsync(options);
        return 0;
    default:
        Console.Error.WriteLine("""
            Scenarios: run-throughput, run-latency, inprocess, idle, startup, restart, overload.
            Options: --rounds N (default 5), --seconds N (of a round, default 4), --callers N (default 100), --count N (schedules of restart, default 1,000,000; jobs of inprocess, default 20,000).
            """);
        return 2;
}
