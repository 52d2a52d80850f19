using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace OrleansTasks.Benchmarks;

/// <summary>
/// Runs a silo with its tasks in a SQLite file, in a separate process that prints when each step is done; or Quartz in memory, for <see
/// cref="QuartzVerb"/>.
/// </summary>
internal static class RegistrySilo
{
    public const string Verb = "registry-silo";
    public const string QuartzVerb = "registry-quartz";

    /// <summary>The line after the first occurrence: the milliseconds since the process started.</summary>
    public const string Fired = "fired";

    /// <summary>
    /// The line when all partitions answer: the milliseconds since the process started, the number of schedules, the process's memory in
    /// bytes, and the used bytes of its heap.
    /// </summary>
    public const string Complete = "complete";

    /// <summary>The line when the schedules are registered: the milliseconds that this took.</summary>
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
        Say(Complete, complete, scheduler.Tasks, Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: true));
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    public static async Task ServeQuartzAsync(BenchmarkOptions options)
    {
        var scheduler = await QuartzSchedulerBuilder.Create(static _ => { }).BuildScheduler();
        await scheduler.Start();
        var watch = Stopwatch.StartNew();
        for (var n = 0; n < options.Count; n++)
        {
            await scheduler.ScheduleJob(
                JobBuilder.Create<Job>().WithIdentity($"schedule-{n:0000000}").Build(),
                TriggerBuilder.Create().WithIdentity($"schedule-{n:0000000}").StartAt(TimeProvider.System.GetUtcNow().AddDays(1))
                    .WithSimpleSchedule(s => s.WithInterval(TimeSpan.FromDays(1)).RepeatForever()).Build());
        }

        Say(Registered, watch.ElapsedMilliseconds);
        Say(Fired, 0);
        Say(Complete, Uptime(), (await scheduler.GetTriggerKeys(GroupMatcher<TriggerKey>.AnyGroup())).Count, Environment.WorkingSet,
            GC.GetTotalMemory(forceFullCollection: true));
        await Console.In.ReadToEndAsync();
    }

    private static async Task RegisterAsync(ITaskClient client, int count)
    {
        var watch = Stopwatch.StartNew();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var n = Interlocked.Increment(ref next); n <= count; n = Interlocked.Increment(ref next))
            {
                await client.ScheduleAsync(
                    new TaskRegistration
                    {
                        Name = $"schedule-{n:0000000}",
                        Handler = "noop",
                        Schedule = TaskSchedule.Every(TimeSpan.FromDays(1))
                    });
            }
        })));
        Say(Registered, watch.ElapsedMilliseconds);
    }

    private static long Uptime()
    {
        using var process = Process.GetCurrentProcess();
        return (long)(TimeProvider.System.GetUtcNow() - process.StartTime.ToUniversalTime()).TotalMilliseconds;
    }

    private sealed class Job : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private static void Say(string what, params long[] figures) => Console.WriteLine($"{what} {string.Join(' ', figures)}");
}
