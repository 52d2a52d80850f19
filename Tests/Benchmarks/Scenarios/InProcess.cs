using System.Text.Json;
using OrleansTasks.Benchmarks.Jobs;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>Jobs accepted and run in one process with nothing stored on disk, by us, by Quartz and by Hangfire.</summary>
internal static class InProcess
{
    public const string Name = "inprocess";

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var ours = await OurJobs.StartAsync(silo => silo.UseInMemoryTasks());
        await using var quartz = await QuartzJobs.StartAsync();
        await using var hangfire = HangfireJobs.InMemory();
        var rates = await JobRace.RunAsync([ours, quartz, hangfire], options, options.Count == 0 ? 20_000 : options.Count, recorded: false);
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(Load.Median(rates[0])),
            baseline = Math.Round(Load.Median(rates[1])),
            ratio = JobRace.Ratio(rates[0], rates[1]),
            hangfire = Math.Round(Load.Median(rates[2])),
            ratioHangfire = JobRace.Ratio(rates[0], rates[2]),
        }));
    }
}
