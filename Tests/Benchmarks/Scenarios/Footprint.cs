using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks.Benchmarks.Micro;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures the memory of tasks and runs on a silo: the live objects of an active task, the allocations of an awaited run, a stored run and
/// an occurrence, and what remains of them in the history.
/// </summary>
internal static class Footprint
{
    public const string Name = "footprint";
    private const int RunsOfEachInARound = 4;
    private const int TypesToTell = 20;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static int _fired;

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var count = options.Count == 0 ? 2_000 : options.Count;
        var runsOfEach = RunsOfEachInARound * options.Rounds;
        var tasks = Enumerable.Range(0, count).Select(static n => $"task-{n}").ToList();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(Ports.Take(), Ports.Take()).UseInMemoryTasks().AddTasks(t => t
            .Define("noop", static () => { })
            .Define("fires", static () => { Interlocked.Increment(ref _fired); })));
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<ITaskClient>();

        // Allocate what the first runs and the first census need, without the tasks to be measured.
        for (var n = 0; n < 2_000; n++)
        {
            await client.RunAsync("noop");
        }

        foreach (var task in tasks)
        {
            await client.ScheduleAsync(new TaskRegistration { Name = task, Handler = "noop" });
        }

        var (asleep, awake, afterAwaited, afterDispatched, fireless, afterFired) = (new HeapCensus(), new HeapCensus(), new HeapCensus(),
            new HeapCensus(), new HeapCensus(), new HeapCensus());
        new HeapCensus().Take();
        asleep.Take();
        await OfEachAsync(1, task => client.RunAsync(task));
        awake.Take();
        foreach (var (type, objects, bytes) in awake.Since(asleep).Take(TypesToTell))
        {
            Console.WriteLine($"{(double)objects / count,8:F2} objects {(double)bytes / count,8:F0} bytes of an awake task: {type}");
        }

        var awaited = await OfRunsAsync(awake, afterAwaited, task => client.RunAsync(task));
        var dispatched = await OfRunsAsync(afterAwaited, afterDispatched,
            async task => await client.WaitAsync(await client.DispatchAsync(task)));
        var fired = await OfOccurrencesAsync();
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            tasks = count,
            awakeTaskBytes = Math.Round((double)(awake.Bytes - asleep.Bytes) / count),
            awakeTaskObjects = Math.Round((double)(awake.Objects - asleep.Objects) / count, 1),
            awaitedRunBytes = awaited.Allocated,
            dispatchedRunBytes = dispatched.Allocated,
            occurrenceBytes = fired.Allocated,
            awaitedRunStays = awaited.Stays,
            dispatchedRunStays = dispatched.Stays,
            occurrenceStays = fired.Stays,
        }));
        await host.StopAsync();

        async Task<(double Allocated, string Stays)> OfRunsAsync(HeapCensus before, HeapCensus after, Func<string, Task> run)
        {
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            await OfEachAsync(runsOfEach, run);
            return Figures(GC.GetTotalAllocatedBytes(precise: true) - allocated, before, after.Take(), count * runsOfEach);
        }

        // Each task fires once a second, and the silo does little else between. All tasks are stopped while objects are counted.
        async Task<(double Allocated, string Stays)> OfOccurrencesAsync()
        {
            foreach (var task in tasks)
            {
                await client.ScheduleAsync(
                    new TaskRegistration { Name = $"{task}-fires", Handler = "fires", Schedule = TaskSchedule.Every(Period) });
            }

            await FireAsync(count * 3);
            await client.StopAsync();
            fireless.Take();
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var first = Volatile.Read(ref _fired);
            await client.StartAsync();
            await FireAsync(count * runsOfEach);
            await client.StopAsync();
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            return Figures(allocated, fireless, afterFired.Take(), Volatile.Read(ref _fired) - first);
        }

        static async Task FireAsync(int times)
        {
            for (var end = Volatile.Read(ref _fired) + times; Volatile.Read(ref _fired) < end;)
            {
                await Task.Delay(Period / 10, TimeProvider.System);
            }
        }

        static (double Allocated, string Stays) Figures(long allocated, HeapCensus before, HeapCensus after, int runs) =>
            (Math.Round((double)allocated / runs),
                $"{(double)(after.Objects - before.Objects) / runs:F1} objects, {(double)(after.Bytes - before.Bytes) / runs:F0} bytes");

        async Task OfEachAsync(int times, Func<string, Task> run)
        {
            for (var n = 0; n < times; n++)
            {
                foreach (var task in tasks)
                {
                    await run(task);
                }
            }
        }
    }
}
