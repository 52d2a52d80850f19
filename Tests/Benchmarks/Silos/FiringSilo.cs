using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace OrleansTasks.Benchmarks;

/// <summary>
/// Runs a process with <c>--count</c> schedules that fire evenly spread, <c>--rate</c> occurrences a second altogether, and <c>--idle</c>
/// schedules that do not fire. They are ours, or Quartz's for <see cref="QuartzVerb"/>. The process measures for <c>--seconds</c>, prints
/// <see cref="Firings.Figures"/> and ends.
/// </summary>
internal static class FiringSilo
{
    public const string Verb = "firing-silo";
    public const string QuartzVerb = "firing-quartz";
    private const int Workers = 64;
    private const int Callers = 128;
    private static readonly DateTimeOffset Anchor = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Starts such a process, and returns the figures that it prints.</summary>
    public static async Task<Firings.Figures> MeasureAsync(string verb, BenchmarkOptions options, int count, double rate, int idle = 0)
    {
        FormattableString seconds = $"{Math.Max(1, 2.5 * options.Seconds):0}";
        FormattableString perSecond = $"{rate}";
        using var process = SiloProcess.Launch(verb, "--count", $"{count}", "--rate", FormattableString.Invariant(perSecond), "--idle",
            $"{idle}", "--seconds", FormattableString.Invariant(seconds));
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = said.Split('\n').LastOrDefault(l => l.StartsWith('{'));
        return line is null
            ? throw new InvalidOperationException($"The process ended with {process.ExitCode}: {said}")
            : JsonSerializer.Deserialize<Firings.Figures>(line)!;
    }

    public static async Task ServeAsync(BenchmarkOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(options.Port, options.GatewayPort)
            .UseInMemoryTasks()
            .AddTasks(
                tasks => tasks.Define("beat", (TaskRunContext run) => Firings.Instance.Note(run.ScheduledAt)),
                o => o.MaxConcurrentRuns = Workers));
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<ITaskClient>();
        await RegisterAsync(options.Idle, n => client.ScheduleAsync(Beat($"idle-{n}", TaskSchedule.Every(TimeSpan.FromDays(300), Anchor))));
        await RegisterAsync(options.Count,
            n => client.ScheduleAsync(Beat($"beat-{n}", TaskSchedule.Every(Interval(options), Anchor + Offset(options, n)))));
        await Firings.Instance.MeasureAsync(WarmUp(options), (int)options.Seconds, options.Rate);
        await host.StopAsync();

        static TaskRegistration Beat(string name, TaskSchedule schedule) => new() { Name = name, Handler = "beat", Schedule = schedule };
    }

    public static async Task ServeQuartzAsync(BenchmarkOptions options)
    {
        var scheduler = await QuartzSchedulerBuilder.Create(static quartz => quartz.UseDefaultThreadPool(Workers)).BuildScheduler();
        await scheduler.Start();
        var start = TimeProvider.System.GetUtcNow().AddSeconds(1);
        for (var n = 0; n < options.Count; n++)
        {
            await scheduler.ScheduleJob(
                JobBuilder.Create<Job>().WithIdentity($"beat-{n}").Build(),
                TriggerBuilder.Create().WithIdentity($"beat-{n}").StartAt(start + Offset(options, n))
                    .WithSimpleSchedule(s => s.WithInterval(Interval(options)).RepeatForever()).Build());
        }

        await Firings.Instance.MeasureAsync(WarmUp(options), (int)options.Seconds, options.Rate);
        await scheduler.Shutdown();
    }

    private static TimeSpan Interval(BenchmarkOptions options) => TimeSpan.FromSeconds(options.Count / options.Rate);

    private static TimeSpan Offset(BenchmarkOptions options, int n) => Interval(options) * n / options.Count;

    // A measurement of one second only checks counts, and needs hardly any warm-up.
    private static TimeSpan WarmUp(BenchmarkOptions options) => TimeSpan.FromSeconds(Math.Clamp(12 * (options.Seconds - 1), 0.5, 120));

    private static Task RegisterAsync(int count, Func<int, Task> register)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var n = Interlocked.Increment(ref next); n < count; n = Interlocked.Increment(ref next))
            {
                await register(n);
            }
        })));
    }

    private sealed class Job : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            Firings.Instance.Note(context.ScheduledFireTimeUtc!.Value);
            return ValueTask.CompletedTask;
        }
    }
}
