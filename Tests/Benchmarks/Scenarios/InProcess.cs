using System.Diagnostics;
using System.Text.Json;
using Hangfire;
using Hangfire.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// So many no-op jobs, accepted and run in one process with nothing stored on disk, by us, by Quartz and by Hangfire; each with the same number of callers
/// and of workers, in turn. The time is from the first call until the last job was in its handler.
/// </summary>
internal static class InProcess
{
    public const string Name = "inprocess";
    private const int Workers = 16;
    private static long _handled;
    private static long _wanted;
    private static TaskCompletionSource _done = new();

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var count = options.Count == 0 ? 20_000 : options.Count;
        await using var ours = await OurEngine.StartAsync(options);
        var quartz = await StartQuartzAsync();
        using var hangfire = StartHangfire();
        var jobs = new BackgroundJobClient(hangfire.Storage);
        var number = 0;
        var engines = new (string Name, Func<Task> Add)[]
        {
            ("OrleansTasks", () => ours.Client.DispatchAsync("noop")),
            ("Quartz", () => quartz.ScheduleJob(
                JobBuilder.Create<NoopJob>().WithIdentity($"job-{Interlocked.Increment(ref number)}").Build(),
                TriggerBuilder.Create().WithIdentity($"trigger-{number}-{Guid.NewGuid():N}").StartNow().Build()).AsTask()),
            ("Hangfire", () => Task.Run(() => jobs.Enqueue(() => Noop()))),
        };
        Console.WriteLine($"{count:N0} no-op jobs from {options.Callers} callers on {Workers} workers, {options.Rounds} rounds after a warm-up, {Environment.ProcessorCount} cores; jobs/s, each job counted in its handler");
        Console.WriteLine($"{"",-12}{engines[0].Name,14}{engines[1].Name,14}{engines[2].Name,14}");
        foreach (var engine in engines)
        {
            // As many as compile the hot paths of each for good; Hangfire is slow.
            await MeasureAsync(engine.Name == "Hangfire" ? Math.Min(count, 5_000) : 2 * count, options.Callers, engine.Add);
        }

        var rates = engines.Select(_ => new List<double>()).ToArray();
        for (var n = 0; n < options.Rounds; n++)
        {
            for (var e = 0; e < engines.Length; e++)
            {
                rates[e].Add(await MeasureAsync(count, options.Callers, engines[e].Add));
            }

            Console.WriteLine($"{$"round {n + 1}",-12}{rates[0][n],14:N0}{rates[1][n],14:N0}{rates[2][n],14:N0}");
        }

        var (our, toQuartz, toHangfire) = (Load.Median(rates[0]), Ratio(1), Ratio(2));
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(our),
            baseline = Math.Round(Load.Median(rates[1])),
            ratio = Math.Round(toQuartz, 2),
            hangfire = Math.Round(Load.Median(rates[2])),
            ratioHangfire = Math.Round(toHangfire, 2),
        }));
        await quartz.Shutdown();

        double Ratio(int other) => Load.Median(rates[0].Zip(rates[other], (a, b) => a / b));
    }

    /// <summary>The job of Hangfire and of Quartz.</summary>
    public static void Noop() => Count();

    private static void Count()
    {
        if (Interlocked.Increment(ref _handled) == Interlocked.Read(ref _wanted))
        {
            _done.TrySetResult();
        }
    }

    private static async Task<double> MeasureAsync(int count, int callers, Func<Task> add)
    {
        (_handled, _wanted, _done) = (0, count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var left = count;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await add();
            }
        })));
        await _done.Task.WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System);
        var seconds = watch.Elapsed.TotalSeconds;
        return Interlocked.Read(ref _handled) == count ? count / seconds : throw new InvalidOperationException($"{count} jobs were added, and {_handled} made.");
    }

    private static async Task<IScheduler> StartQuartzAsync()
    {
        var scheduler = await QuartzSchedulerBuilder.Create(static quartz => quartz.UseDefaultThreadPool(Workers)).BuildScheduler();
        await scheduler.Start();
        return scheduler;
    }

    private static HangfireServer StartHangfire()
    {
        var storage = new InMemoryStorage();
        return new HangfireServer(storage, new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = Workers, SchedulePollingInterval = TimeSpan.FromSeconds(1) }, storage));
    }

    private sealed class NoopJob : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            Count();
            return ValueTask.CompletedTask;
        }
    }

    private sealed record HangfireServer(JobStorage Storage, BackgroundJobServer Server) : IDisposable
    {
        public void Dispose() => Server.Dispose();
    }

    private sealed class OurEngine(IHost host) : IAsyncDisposable
    {
        public ITaskClient Client { get; } = host.Services.GetRequiredService<ITaskClient>();

        public static async Task<OurEngine> StartAsync(BenchmarkOptions options)
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.UseOrleans(silo => silo
                .UseLocalhostClustering(options.Port == 0 ? SiloProcess.FreePort() : options.Port, SiloProcess.FreePort())
                .UseInMemoryTasks()
                .AddTasks(tasks => tasks.Define("noop", Count), o => o.MaxConcurrentRuns = Workers));
            var host = builder.Build();
            await host.StartAsync();
            return new OurEngine(host);
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }
}
