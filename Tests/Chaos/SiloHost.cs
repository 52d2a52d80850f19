using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks.Chaos.Judging;
using OrleansTasks.Chaos.Machines;

namespace OrleansTasks.Chaos;

/// <summary>The silo under test: it has one handler, which writes down, outside the cluster, when it really began and ended.</summary>
internal static class SiloHost
{
    public const string Verb = "silo";
    public const string Handler = "record";

    public static async Task RunAsync(string[] args)
    {
        var given = ChaosOptions.ReadPairs(args);
        var connection = given["connection"];
        var address = IPAddress.Parse(given["address"]);
        var (port, gateway) = (int.Parse(given["port"], null), int.Parse(given["gateway"], null));
        using var records = new RecordWriter(given["records"]);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("OrleansTasks", LogLevel.Debug).AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleans(silo =>
        {
            _ = Enum.Parse<Store>(given["store"]) switch
            {
                Store.Redis => silo.UseRedisTaskClustering(connection).UseRedisTasks(connection).ConfigureEndpoints(address, port, gateway),
                Store.Postgres => silo.UsePostgreSqlTaskClustering(connection).UsePostgreSqlTasks(connection).ConfigureEndpoints(address, port, gateway),
                _ => silo.UseLocalhostClustering(port, gateway).UseSqliteTasks(connection),
            };
            silo.AddTasks(
                tasks => tasks.Define(Handler, async (int milliseconds, TaskRunContext run, TimeProvider time) =>
                {
                    records.Write(RecordKind.Start, run, time.GetUtcNow());
                    await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, run.CancellationToken);
                    records.Write(RecordKind.End, run, time.GetUtcNow());
                }),
                options => options.MisfireThreshold = Promises.MisfireThreshold);
        });
        var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(SiloProcess.Ready);
        await host.WaitForShutdownAsync();
    }
}
