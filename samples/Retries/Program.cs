// Retries failed attempts by a policy. The code can stop the retries when they are useless.
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
    .AddTasks(tasks => tasks.Define("fetch", Fetch, new TaskOptions
    {
        // Three attempts. The second follows after 100 ms, and the third after 200 ms, since each delay is twice the last one.
        Retry = new RetryPolicy { MaxAttempts = 3, Delay = TimeSpan.FromMilliseconds(100), Jitter = 0 },
    })));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

foreach (var address in new[] { "slow.example", "down.example", "wrong address" })
{
    var result = await client.RunAsync("fetch", [address]);
    Console.WriteLine(
        $"{address}: {result.Status} with attempt {result.Attempt}, {(result.Successful ? result.GetValue<string>() : result.Error)}");
}

await host.StopAsync();

// An attempt knows its number.
static string Fetch(string address, TaskRunContext run) => address switch
{
    "slow.example" when run.Attempt == 3 => "a page",
    "wrong address" => throw new DoNotRetryException("This is no address."),
    _ => throw new TimeoutException("No answer."),
};
