using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Benchmarks;

/// <summary>A silo that keeps its tasks in a SQLite file, in a process of its own, and says on its console when what has happened.</summary>
internal static class RegistrySilo
{
    public const string Verb = "registry-silo";

    /// <summary>The line that follows a first firing, with the milliseconds since the process was started.</summary>
    public const string Fired = "fired";

    /// <summary>The line when all partitions answer, with the milliseconds since the process was started, the number of tasks, and the bytes of memory.</summary>
    public const string Complete = "complete";

    /// <summary>The line when the schedules are registered, with the milliseconds that took.</summary>
    public const string Registered = "registered";

    private const int Callers = 128;
    private static int _firings;

    public static async Task ServeAsync(BenchmarkOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(options.Port, options.GatewayPort)
            .UseSqliteTasks(options.File!)
            .AddTasks(tasks => tasks
                .Define("noop", () => { })
                .Every(TimeSpan.FromMilliseconds(100), "beat", () =>
                {
                    if (Interlocked.Increment(ref _firings) == 1)
                    {
                        Say(Fired, Uptime());
                    }
                })));
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<ITaskClient>();
        if (options.Count > 0)
        {
            await RegisterAsync(client, options.Count);
        }

        var scheduler = await client.GetSchedulerAsync();
        var complete = Uptime();
        GC.Collect();
        Say(Complete, complete, scheduler.Tasks, Environment.WorkingSet);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    private static async Task RegisterAsync(ITaskClient client, int count)
    {
        var watch = Stopwatch.StartNew();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var n = Interlocked.Increment(ref next); n <= count; n = Interlocked.Increment(ref next))
            {
                await client.ScheduleAsync(new TaskRegistration { Name = $"schedule-{n:0000000}", Handler = "noop", Schedule = TaskSchedule.Every(TimeSpan.FromDays(1)) });
            }
        })));
        Say(Registered, watch.ElapsedMilliseconds);
    }

    private static long Uptime()
    {
        using var process = Process.GetCurrentProcess();
        return (long)(TimeProvider.System.GetUtcNow() - process.StartTime.ToUniversalTime()).TotalMilliseconds;
    }

    private static void Say(string what, params long[] figures) => Console.WriteLine($"{what} {string.Join(' ', figures)}");
}
