// Limits several tasks together: at most two runs in the whole cluster use the same service at a time.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.Services.AddSingleton<Service>();
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(builder.Configuration.GetValue("SiloPort", 11111), builder.Configuration.GetValue("GatewayPort", 30000))
    .UseInMemoryTasks()
    .AddTasks(tasks => tasks
        .Group("service", new RunGroup { MaxConcurrentRuns = 2 })
        .Define("read", (Service service) => service.AskAsync(), new TaskOptions { Group = "service" })
        .Define("write", (Service service) => service.AskAsync(), new TaskOptions { Group = "service" })));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

// Starts twelve runs of two tasks at once. Runs without a place wait for one.
await Task.WhenAll(Enumerable.Range(0, 12).Select(n => client.RunAsync(n % 2 == 0 ? "read" : "write")));
Console.WriteLine($"12 runs, {host.Services.GetRequiredService<Service>().Most} at a time.");

// Limits can change at any time.
var group = await client.PutGroupAsync("service",
    new RunGroup { MaxConcurrentRuns = 1, RateLimit = new RateLimit { Runs = 100, Period = TimeSpan.FromMinutes(1) } });
Console.WriteLine($"From now on {group.Limits.MaxConcurrentRuns} at a time, {group.Limits.RateLimit?.Runs} a minute.");
await host.StopAsync();

/// <summary>Represents a service that allows few requests at a time.</summary>
internal sealed class Service
{
    private readonly Lock _lock = new();
    private int _now;

    public int Most { get; private set; }

    public async Task AskAsync()
    {
        lock (_lock)
        {
            Most = Math.Max(Most, ++_now);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        lock (_lock)
        {
            _now--;
        }
    }
}
