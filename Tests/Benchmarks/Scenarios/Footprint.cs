using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>What tasks and their runs take of a silo's memory: what stays alive for a task that is awake, and what is allocated for a run that somebody waits for, and for one that is stored.</summary>
internal static class Footprint
{
    public const string Name = "footprint";
    private const int RunsOfEach = 20;

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var count = options.Count == 0 ? 2_000 : options.Count;
        var tasks = Enumerable.Range(0, count).Select(static n => $"task-{n}").ToList();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(SiloProcess.FreePort(), SiloProcess.FreePort()).UseInMemoryTasks().AddTasks(t => t.Define("noop", static () => { })));
        using var host = builder.Build();
        await host.StartAsync();
        var client = host.Services.GetRequiredService<ITaskClient>();

        // What the first runs bring along, and no task of its own.
        for (var n = 0; n < 2_000; n++)
        {
            await client.RunAsync("noop");
        }

        foreach (var task in tasks)
        {
            await client.ScheduleAsync(new TaskRegistration { Name = task, Handler = "noop" });
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        await OfEachAsync(1, task => client.RunAsync(task));
        var awake = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
        var awaited = await AllocatedAsync(task => client.RunAsync(task));
        var dispatched = await AllocatedAsync(async task => await client.WaitAsync(await client.DispatchAsync(task)));
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            tasks = count,
            awakeTaskBytes = Math.Round(awake),
            awaitedRunBytes = Math.Round(awaited),
            dispatchedRunBytes = Math.Round(dispatched),
        }));
        await host.StopAsync();

        async Task<double> AllocatedAsync(Func<string, Task> run)
        {
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            await OfEachAsync(RunsOfEach, run);
            return (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)(count * RunsOfEach);
        }

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
