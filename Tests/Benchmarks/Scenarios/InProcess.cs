using System.Text.Json;
using OrleansTasks.Benchmarks.Jobs;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Compares jobs that run in one process and are not stored: our runs, each awaited by its caller, and Quartz and Hangfire in memory. Also
/// measures dispatched runs, which are stored in the silo's memory as they would be on disk.
/// </summary>
internal static class InProcess
{
    public const string Name = "inprocess";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var ours = await OurJobs.StartAsync(silo => silo.UseInMemoryTasks(), awaited: true);
        await using var quartz = await QuartzJobs.StartAsync();
        await using var hangfire = HangfireJobs.InMemory();
        await using var dispatched = await OurJobs.StartAsync(silo => silo.UseInMemoryTasks());
        var rates = await JobRace.RunAsync([ours, quartz, hangfire, dispatched], options, options.Count == 0 ? 20_000 : options.Count,
            recorded: false);
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(Load.Median(rates[0])),
            baseline = Math.Round(Load.Median(rates[1])),
            ratio = JobRace.Ratio(rates[0], rates[1]),
            hangfire = Math.Round(Load.Median(rates[2])),
            ratioHangfire = JobRace.Ratio(rates[0], rates[2]),
            dispatched = Math.Round(Load.Median(rates[3])),
            ratioDispatched = JobRace.Ratio(rates[3], rates[1]),
            ratioDispatchedHangfire = JobRace.Ratio(rates[3], rates[2]),
        }));
    }
}
