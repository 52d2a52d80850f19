// Dispatches many runs as one batch. Another run follows when all of them have ended.
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
    .AddTasks(tasks => tasks
        .Define("resize",
            (string picture) =>
                picture.EndsWith(".png", StringComparison.Ordinal) ? picture : throw new NotSupportedException($"{picture} is no picture."))
        .Define("publish", (BatchInfo batch) => $"{batch.Succeeded} pictures of {batch.Total} are published.")));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

// All runs are stored, or none is. The continuation gets the ended batch as its argument.
string[] files = ["a.png", "b.png", "notes.txt", "c.png"];
var batch = await client.DispatchBatchAsync([.. files.Select(f => new BatchItem("resize", [f]))],
    new Continuation("publish") { On = ContinuationTrigger.Finished });
var ended = await client.WaitBatchAsync(batch) ?? throw new InvalidOperationException("The batch is not known.");
Console.WriteLine($"{ended.Total} runs: {ended.Succeeded} succeeded, {ended.Failed} failed.");

var published = await client.WaitAsync(ended.Then ?? throw new InvalidOperationException("Nothing follows."));
Console.WriteLine(published.GetValue<string>());
await host.StopAsync();
