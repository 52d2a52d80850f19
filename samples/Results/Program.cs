// Dispatches runs and reads their results from a stream. Each result arrives once, in the order of the task.
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
    .AddTasks(tasks => tasks.Define("half", (int n) => n % 2 == 0 ? n / 2 : throw new InvalidOperationException($"{n} is odd."))));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

// The subscription is active when this call returns, so no result of a later dispatch is missed.
await using var results = await client.SubscribeResultsAsync("half");

// The run is stored before this call returns. The key makes a repeated request safe: it returns the same run.
var run = await client.DispatchAsync("half", [84], new DispatchOptions { IdempotencyKey = "order-17" });
var again = await client.DispatchAsync("half", [84], new DispatchOptions { IdempotencyKey = "order-17" });
Console.WriteLine(run == again ? "Asked twice, one run." : "Two runs.");
await client.DispatchAsync("half", [7]);

var seen = 0;
await foreach (var result in results)
{
    Console.WriteLine(
        result.Successful ? $"{result.Sequence}: {result.GetValue<int>()}" : $"{result.Sequence}: {result.Status}, {result.Error}");
    if (++seen == 2)
    {
        break;
    }
}

// The history has the results too, for later.
Console.WriteLine($"Once more: {(await client.WaitAsync(run)).GetValue<int>()}");
await host.StopAsync();
