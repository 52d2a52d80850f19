using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Benchmarks;

/// <summary>
/// Runs a silo that has nothing to do. With <c>--count 1</c> it has tasks, a result stream and a schedule that does not fire.
/// </summary>
internal static class IdleSilo
{
    public const string Verb = "idle-silo";

    public static async Task ServeAsync(BenchmarkOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(options.Port, options.GatewayPort);
            if (options.Count > 0)
            {
                silo.UseInMemoryTasks().AddTasks(tasks => tasks.Cron("0 0 1 1 *", "new-year", () => { }));
            }
        });
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(SiloProcess.Ready);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }
}
