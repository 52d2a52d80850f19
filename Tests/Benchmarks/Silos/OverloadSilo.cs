using HdrHistogram;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Benchmarks;

/// <summary>Runs a silo with few places. Its tasks fire each second and record how late they are.</summary>
internal static class OverloadSilo
{
    public const string Verb = "overload-silo";
    public const string Work = "work";
    public const string Flood = "flood";
    public const string Report = "report";
    public const int Places = 128;
    public const int Queue = 1_000;
    public const int Beats = 100;
    public static readonly TimeSpan WorkTakes = TimeSpan.FromMilliseconds(100);
    private static readonly LongHistogram Lateness = new(TimeSpan.TicksPerMinute, 3);
    private static long _worked;

    public static async Task ServeAsync(BenchmarkOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(options.Port, options.GatewayPort)
            .UseInMemoryTasks()
            .AddTasks(Define, o => (o.MaxConcurrentRuns, o.MaxQueuedRuns) = (Places, Queue)));
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(SiloProcess.Ready);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    /// <summary>Returns what was recorded since the last report. The query waits for a place like all other runs.</summary>
    public static Task<Figures> AskAsync(ITaskClient tasks) => PatientlyAsync(() => tasks.RunAsync<Figures>(Report));

    /// <summary>Retries a call after the time that the overloaded cluster names.</summary>
    public static async Task<T> PatientlyAsync<T>(Func<Task<T>> ask)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (TasksOverloadedException e)
            {
                await Task.Delay(e.RetryAfter, TimeProvider.System);
            }
        }
    }

    private static void Define(TasksBuilder tasks)
    {
        tasks.Define(Work, async (TimeProvider time) =>
        {
            await Task.Delay(WorkTakes, time);
            return Interlocked.Increment(ref _worked);
        });
        tasks.Define(Flood, () => { });
        tasks.Define(Report, TakeReport);
        for (var n = 0; n < Beats; n++)
        {
            tasks.Seconds(1, $"beat-{n}", (TaskRunContext run, TimeProvider time) =>
            {
                lock (Lateness)
                {
                    Lateness.RecordValue(Math.Max(0, (time.GetUtcNow() - run.ScheduledAt).Ticks));
                }
            });
        }
    }

    /// <summary>Returns what was recorded since the last report, and resets it.</summary>
    private static Figures TakeReport()
    {
        lock (Lateness)
        {
            var figures = new Figures(
                Lateness.TotalCount,
                Milliseconds(50),
                Milliseconds(99),
                Milliseconds(100),
                Interlocked.Exchange(ref _worked, 0),
                Environment.WorkingSet >> 20,
                GC.GetTotalMemory(forceFullCollection: true) >> 20);
            Lateness.Reset();
            return figures;
        }
    }

    private static double Milliseconds(double percentile) =>
        Lateness.TotalCount == 0 ? 0 : Lateness.GetValueAtPercentile(percentile) / (double)TimeSpan.TicksPerMillisecond;

    public sealed record Figures(long Firings, double P50Ms, double P99Ms, double MaxMs, long Worked, long MebiBytes, long HeapMebiBytes);
}
