// Sends messages to all connected web servers, and to every silo that listens. A client sends one, and a run sends another.
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
    .AddTasks(tasks => tasks.Define("price", (string item, TaskRunContext run) => run.BroadcastAsync(new PriceChanged(item, 12)))));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

// No message that is sent after this call returns is missed.
await using var broadcasts = await client.SubscribeBroadcastsAsync();
await client.BroadcastAsync(new PriceChanged("tea", 3));
await client.RunAsync("price", ["coffee"]);

var heard = 0;
await foreach (var message in broadcasts)
{
    var change = message.GetValue<PriceChanged>();
    Console.WriteLine($"{change?.Item} costs {change?.Price}, says {message.Task ?? "a client"}.");
    if (++heard == 2)
    {
        break;
    }
}

await host.StopAsync();

/// <summary>Represents a message. It travels as JSON, so a listener needs a type of the same shape, or none.</summary>
internal sealed record PriceChanged(string Item, decimal Price);
