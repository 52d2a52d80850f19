// Shows a long run that reports its progress, and stops when it is asked to.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(builder.Configuration.GetValue("SiloPort", 11111), builder.Configuration.GetValue("GatewayPort", 30000))
    .UseInMemoryTasks()
    .AddTasks(tasks => tasks.Define("import", ImportAsync)));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

// Any process of the cluster, or any web server, can query a run by its id.
var run = await client.DispatchAsync("import", [1_000_000]);
while (true)
{
    var info = await client.GetRunAsync(run) ?? throw new InvalidOperationException("The run is not known.");
    if (info.Progress is { Fraction: > 0 } progress)
    {
        Console.WriteLine($"{info.Status}: {progress.Message}");
        break;
    }

    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
}

// Cancels the run's token, on whichever silo it runs.
Console.WriteLine(await client.CancelRunAsync(run) ? "Asked to stop." : "It had ended.");
Console.WriteLine($"It ended as {(await client.WaitAsync(run)).Status}.");
await host.StopAsync();

static async Task ImportAsync(int rows, TaskRunContext run)
{
    for (var row = 1; row <= rows; row++)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, run.CancellationToken);
        run.ReportProgress((double)row / rows, "rows are being imported");
    }
}
