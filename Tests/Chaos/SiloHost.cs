using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansTasks.Chaos.Judging;
using OrleansTasks.Chaos.Machines;

namespace OrleansTasks.Chaos;

/// <summary>
/// Runs the tested silo. Its handler records, outside the cluster, when it really began and ended. Other handlers misbehave.
/// </summary>
internal static class SiloHost
{
    public const string Verb = "silo";
    public const string Handler = "record";

    public static async Task RunAsync(string[] args)
    {
        var line = CommandLine.Read(args);
        var store = line.RequiredChoice<Store>("store");
        var connection = line.Required("connection");
        var address = IPAddress.Parse(line.Text("address") ?? "127.0.0.1");
        var (port, gateway) = (line.RequiredNumber("port", 1, 65_535), line.RequiredNumber("gateway", 1, 65_535));
        var path = line.Required("records");
        using var records = new RecordWriter(path);
        using var work = new RecordWriter(Path.ChangeExtension(path, RecordFiles.WorkExtension));
        using var clock = new SteppedClock(line.Required("clock"));
        var hasBook = line.Text("book") is not null;
        line.End();
        HostileHandlers.FatalArgument.OnRead = records.WriteRead;
        var builder = Host.CreateApplicationBuilder();
        Logs.ToConsole(builder.Logging);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.UseOrleans(silo =>
        {
            _ = store switch
            {
                Store.Redis => silo.UseRedisTaskClustering(connection).UseRedisTasks(connection).ConfigureEndpoints(address, port, gateway),
                Store.Postgres => silo.UsePostgreSqlTaskClustering(connection).UsePostgreSqlTasks(connection)
                    .ConfigureEndpoints(address, port, gateway),
                _ => silo.UseLocalhostClustering(port, gateway).UseSqliteTasks(connection),
            };
            silo.AddTasks(HostileHandlers.Define).AddTasks(TenantHandler.Define);
            TenantHandler.AddServices(silo.Services);
            silo.AddTasks(tasks => ListHandler.Define(tasks, work));
            if (hasBook)
            {
                BookHandler.Add(silo, connection, work);
            }

            silo.AddTasks(
                tasks => tasks
                    .Define(Handler, async (int milliseconds, TaskRunContext run) =>
                    {
                        // Use the real time, not the silo's.
                        records.Write(RecordKind.Start, run, TimeProvider.System.GetUtcNow());
                        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, run.CancellationToken);
                        records.Write(RecordKind.End, run, TimeProvider.System.GetUtcNow());
                    })
                    .Define(HostileHandlers.Fatal, (HostileHandlers.FatalArgument it) => it.Text)
                    .Define(HostileHandlers.Mortal, (TaskRunContext run) =>
                    {
                        records.Write(RecordKind.Start, run, TimeProvider.System.GetUtcNow());
                        HostileHandlers.End();
                    }),
                options => options.MisfireThreshold = Promises.MisfireThreshold);
        });
        var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(ClusterProcess.Ready);
        await host.WaitForShutdownAsync();
    }
}
