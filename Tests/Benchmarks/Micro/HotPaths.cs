using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Benchmarks.Scenarios;
using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Binding;
using OrleansTasks.Records;

namespace OrleansTasks.Benchmarks.Micro;

/// <summary>
/// Measures the pure functions that every occurrence or run executes: the next occurrence of each kind of schedule, the binding of
/// arguments, the heap of due times, and serialization.
/// </summary>
[MemoryDiagnoser]
public class HotPaths
{
    public const string Name = "micro";
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private readonly TaskSchedule _every = TaskSchedule.Every(TimeSpan.FromSeconds(1), Now);
    private readonly TaskSchedule _cron = TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Warsaw");
    private readonly TaskSchedule _calendar = TaskSchedule.Calendar("FREQ=MONTHLY;BYDAY=-1FR", new DateTime(2026, 1, 1, 9, 0, 0),
        "America/New_York");
    private readonly TaskSchedule _union = TaskSchedule.Any(TaskSchedule.Cron("0 9 * * *"), TaskSchedule.Cron("30 17 * * *"));
    private readonly TaskArguments _arguments = [13, new string('x', 32)];
    private readonly PriorityQueue<object, long> _heap = new();
    private readonly ArgumentBinder _binder;
    private readonly StoredRun _run;
    private long _due;

    public HotPaths()
    {
        var faults = new List<string>();
        using var services = new ServiceCollection().BuildServiceProvider();
        var invoker = DelegateInvoker.Create("noop", (int number, string text) => number + text.Length, new ContainerView(services),
            faults)!;
        _binder = new ArgumentBinder(invoker.Parameters);
        _run = new StoredRun
        {
            RunId = RunId.New("noop", TimeProvider.System),
            DueAt = Now,
            Trigger = RunTrigger.Dispatch,
            Arguments = _arguments
        };
        for (; _due < 1_000_000; _due++)
        {
            _heap.Enqueue(this, _due);
        }
    }

    /// <summary>
    /// Runs all benchmarks in this process and prints BenchmarkDotNet's table. Then measures the memory of tasks and runs.
    /// </summary>
    internal static Task RunAsync(BenchmarkOptions options)
    {
        // The runtime stops recompiling after a few iterations. Longer runs change little.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(options.Rounds);
        BenchmarkRunner.Run<HotPaths>(
            ManualConfig.CreateEmpty().AddJob(job).AddLogger(ConsoleLogger.Default).AddColumnProvider(DefaultColumnProviders.Instance)
                .WithOptions(ConfigOptions.DisableLogFile));
        return Footprint.RunAsync(options);
    }

    [Benchmark]
    public DateTimeOffset? NextEvery() => _every.NextAfter(Now);

    [Benchmark]
    public DateTimeOffset? NextCron() => _cron.NextAfter(Now);

    [Benchmark]
    public DateTimeOffset? NextCalendarRule() => _calendar.NextAfter(Now);

    [Benchmark]
    public DateTimeOffset? NextUnion() => _union.NextAfter(Now);

    [Benchmark]
    public object BindTwoArguments() => _binder.Bind("noop", _arguments);

    [Benchmark]
    public object HeapOfAMillion()
    {
        var due = _heap.Dequeue();
        _heap.Enqueue(due, _due++);
        return due;
    }

    [Benchmark]
    public string WriteStoredRun() => JsonSerializer.Serialize(_run, StoredJson.Options);
}
