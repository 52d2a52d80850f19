using System.Diagnostics;
using System.Globalization;
using HdrHistogram;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Benchmarks;

/// <summary>
/// Runs a silo with its tasks in a SQLite file, in a separate process that makes runs, waits until all are kept, and measures searches
/// among
/// them.
/// </summary>
internal static class HistorySilo
{
    public const string Verb = "history-silo";

    /// <summary>
    /// The line when all runs are kept: their number, the milliseconds that the runs took, the milliseconds until all were found, the
    /// process's memory in bytes, and the used bytes of its heap.
    /// </summary>
    public const string Kept = "kept";

    /// <summary>The line of one search: its name, and p50, p99 and maximum in microseconds.</summary>
    public const string Searched = "searched";

    /// <summary>The last line.</summary>
    public const string Done = "done";

    // The name of an empty file that says that the runs exist.
    private const string Made = ".made";
    private const int Callers = 128;
    private const int Tasks = 1_000;
    private const int OneFailureIn = 50;
    private const int Page = 50;
    private const int DeepPages = 20;
    private const int Teams = 10;
    private const int SearchesPerRound = 20;
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);

    public static async Task ServeAsync(BenchmarkOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("OrleansTasks.Running", LogLevel.Error);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(options.Port, options.GatewayPort)
            .UseSqliteTasks(options.File!)
            .AddTasks(
                static tasks => tasks.Define("work", static (int n) =>
                    n % OneFailureIn == 0 ? throw new InvalidOperationException($"Order {n} is not complete.") : n),

                // A partition has more than its share of the tasks by chance.
                static o => (o.Limits.MaxKeptRunsPerPartition, o.MaxConcurrentRuns) = (250_000, 256)));
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<ITaskClient>();
        var watch = Stopwatch.StartNew();
        await MakeAsync(client, File.Exists(options.File + Made) ? 0 : options.Count);
        await File.WriteAllTextAsync(options.File + Made, "");
        var made = watch.ElapsedMilliseconds;
        while (await CountAsync(client) < options.Count)
        {
            await Task.Delay(Settling, TimeProvider.System);
        }

        Say(Kept, await CountAsync(client), made, watch.ElapsedMilliseconds, Environment.WorkingSet,
            GC.GetTotalMemory(forceFullCollection: true));
        await SearchAsync(client, options);
        Console.WriteLine(Done);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    private static async Task MakeAsync(ITaskClient client, int count)
    {
        if (count == 0)
        {
            return;
        }

        for (var n = 0; n < Tasks; n++)
        {
            var options = new TaskOptions { Tags = [$"team-{n % Teams}"] };
            await client.ScheduleAsync(new TaskRegistration { Name = NameOf(n), Handler = "work", Options = options });
        }

        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var n = Interlocked.Increment(ref next); n <= count; n = Interlocked.Increment(ref next))
            {
                var order = n.ToString(CultureInfo.InvariantCulture);
                await client.RunAsync(NameOf(n), [n], new RunOptions { Headers = new Dictionary<string, string> { ["order"] = order } });
            }
        })));
    }

    private static async Task SearchAsync(ITaskClient client, BenchmarkOptions options)
    {
        var (hour, all) = (TimeProvider.System.GetUtcNow().AddHours(-1), new RunQuery());
        var middle = (options.Count / 2).ToString(CultureInfo.InvariantCulture);
        string? deep = null;
        for (var n = 0; n < DeepPages
            && await PageAsync(client, all with { After = deep }, RunQuery.MaxPage) is { Count: > Page } page; n++)
        {
            deep = all.PlaceOf(page[^1]);
        }

        await MeasureAsync("latest", _ => PageAsync(client, all));
        await MeasureAsync("deep", _ => PageAsync(client, all with { After = deep }));
        await MeasureAsync("failed", _ => PageAsync(client, new RunQuery { Statuses = [RunStatus.Failed] }));
        await MeasureAsync("slowest", _ => PageAsync(client, new RunQuery { Sort = RunSort.Duration }));
        await MeasureAsync("task", n => PageAsync(client, new RunQuery { Task = NameOf(n) }));
        await MeasureAsync("tag", n => PageAsync(client, new RunQuery { Tag = $"team-{n % Teams}", Statuses = [RunStatus.Failed] }));
        await MeasureAsync("header",
            _ => PageAsync(client, new RunQuery { Headers = new Dictionary<string, string> { ["order"] = middle } }));
        await MeasureAsync("text", _ => PageAsync(client, new RunQuery { Text = "not complete", From = hour }));
        await MeasureAsync("statuses", _ => client.CountRunsAsync());
        await MeasureAsync("hours", _ => client.CountRunsAsync(by: RunCountBy.Hour));

        async Task MeasureAsync(string name, Func<int, Task> search)
        {
            var times = new LongHistogram(TimeSpan.FromMinutes(1).Ticks, 3);
            await search(0);
            for (var n = 0; n < SearchesPerRound * options.Rounds; n++)
            {
                var watch = Stopwatch.StartNew();
                await search(n);
                times.RecordValue(Math.Max(1, watch.ElapsedTicks * TimeSpan.TicksPerSecond / Stopwatch.Frequency));
            }

            Console.WriteLine($"{Searched} {name} {At(50)} {At(99)} {At(100)}");

            long At(double percentile) => times.GetValueAtPercentile(percentile) / TimeSpan.TicksPerMicrosecond;
        }
    }

    private static async Task<List<RunInfo>> PageAsync(ITaskClient client, RunQuery query, int limit = Page)
    {
        var page = new List<RunInfo>();
        await foreach (var run in client.RunsAsync(query with { Limit = limit }))
        {
            page.Add(run);
        }

        return page;
    }

    private static async Task<long> CountAsync(ITaskClient client) => (await client.CountRunsAsync()).Values.Sum();

    private static string NameOf(int n) => $"task-{n % Tasks:000}";

    private static void Say(string what, params long[] figures) => Console.WriteLine($"{what} {string.Join(' ', figures)}");
}
