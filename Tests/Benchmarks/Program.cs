using OrleansTasks.Benchmarks;
using OrleansTasks.Benchmarks.History;
using OrleansTasks.Benchmarks.Micro;
using OrleansTasks.Benchmarks.Scenarios;

// dotnet run -c Release --project Tests/Benchmarks -- SCENARIO
// [--seconds N] [--rounds N] [--callers N] [--count N] [--rate N] [--store NAME] [--append FILE]
var scenarios = new Dictionary<string, Func<BenchmarkOptions, Task>>
{
    [RunThroughput.Name] = RunThroughput.RunAsync,
    [RunLatency.Name] = RunLatency.RunAsync,
    [InProcess.Name] = InProcess.RunAsync,
    [Durable.Name] = Durable.RunAsync,
    [Punctuality.Name] = Punctuality.RunAsync,
    [Scaling.Name] = Scaling.RunAsync,
    [Results.Name] = Results.RunAsync,
    [Fairness.Name] = Fairness.RunAsync,
    [Idle.Name] = Idle.RunAsync,
    [Startup.Name] = Startup.RunAsync,
    [IdleSchedules.Name] = IdleSchedules.RunAsync,
    [KeptRuns.Name] = KeptRuns.RunAsync,
    [Overload.Name] = Overload.RunAsync,
    [Footprint.Name] = Footprint.RunAsync,
    [HotPaths.Name] = HotPaths.RunAsync,
};

// Processes that scenarios start.
var silos = new Dictionary<string, Func<BenchmarkOptions, Task>>
{
    [SiloProcess.Verb] = SiloProcess.ServeAsync,
    [IdleSilo.Verb] = IdleSilo.ServeAsync,
    [OverloadSilo.Verb] = OverloadSilo.ServeAsync,
    [RegistrySilo.Verb] = RegistrySilo.ServeAsync,
    [RegistrySilo.QuartzVerb] = RegistrySilo.ServeQuartzAsync,
    [FiringSilo.Verb] = FiringSilo.ServeAsync,
    [FiringSilo.QuartzVerb] = FiringSilo.ServeQuartzAsync,
    [ResultsSilo.Verb] = ResultsSilo.ServeAsync,
    [HistorySilo.Verb] = HistorySilo.ServeAsync,
};
BenchmarkOptions options;
try
{
    options = BenchmarkOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

if (!scenarios.TryGetValue(options.Scenario, out var run) && !silos.TryGetValue(options.Scenario, out run))
{
    Console.Error.WriteLine($"""
        Scenarios: {string.Join(", ", scenarios.Keys)}.
        Options:
          --rounds N    default 5
          --seconds N   of a round, default 4
          --callers N   default 100
          --count N     schedules of idle-schedules and scaling, and runs of history, default 1,000,000;
                        jobs of inprocess and durable, default 20,000; results, default 200,000
          --rate N      firings a second of punctuality, default 20,000, and of scaling, default 5,000
          --store NAME  of durable: sqlite, redis, postgres or memory
          --append FILE appends each RESULT with date, commit and processors
        """);
    return 2;
}

if (options.Append is null || silos.ContainsKey(options.Scenario))
{
    await run(options);
    return 0;
}

var output = new RecordingWriter(Console.Out);
Console.SetOut(output);
await run(options);
var results = BenchmarkHistory.Append(options.Append, output.ToString(), args, MeasuredCommit.Read(), TimeProvider.System.GetUtcNow(),
    Environment.ProcessorCount);
Console.WriteLine($"Appended {results} result(s) to {options.Append}.");
return 0;
