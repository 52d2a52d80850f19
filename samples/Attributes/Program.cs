// Defines tasks with attributes. The generator writes their definitions and a typed client. A wrong cron expression does not compile.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks;
using OrleansTasks.Samples.Attributes;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.Services.AddSingleton<Outbox>();
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(builder.Configuration.GetValue("SiloPort", 11111), builder.Configuration.GetValue("GatewayPort", 30000))
    .UseInMemoryTasks()
    .AddTasks(tasks => tasks.AddGenerated().Group("mail", new RunGroup { MaxConcurrentRuns = 2 })));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

// The compiler knows the names of the tasks, and the types of arguments and values.
Console.WriteLine(await client.Tasks.SendMail.RunAsync("ada@example.com", "Hello"));
Console.WriteLine($"The sum is {await client.Tasks.Sum.RunAsync([1, 2, 3])}.");
Console.WriteLine($"{await client.Tasks.Resize.RunAsync(new Picture("a.png", 400))} are left.");

// A typed task name, for the methods that take a name.
Console.WriteLine($"{AttributesTasks.Resize.Name}: {await client.RunAsync(AttributesTasks.Resize, new Picture("b.png", 40))} are left.");
var report = await client.GetTask(AttributesTasks.Report).DescribeAsync();
Console.WriteLine($"{report!.Name}: {report.Schedule!.Describe()}.");
await host.StopAsync();

/// <summary>Has methods that are tasks. Each run calls its method on a new object.</summary>
internal sealed class Mails(Outbox outbox)
{
    [Task("send-mail", Timeout = "00:00:30", Tags = ["mail"]), Group("mail"), Retry(3, Delay = "00:00:01", OnlyFor = [typeof(IOException)])]
    public string Send(string to, string subject, int priority = 3) => $"{outbox.Add(to)}: {subject}, {priority}";

    [Task("report"), Cron("0 9 * * MON-FRI", TimeZone = "Europe/Berlin"), Every("PT12H")]
    public int Report() => outbox.Count;
}

internal static class Numbers
{
    [Task("sum")]
    public static long Sum(params int[] numbers) => numbers.Sum(static n => (long)n);
}

internal sealed record Picture(string File, int Width);

[Task("resize")]
internal sealed class Resize : ITaskHandler<Picture, int>
{
    public Task<int> RunAsync(Picture arguments, TaskRunContext run, CancellationToken cancellationToken) =>
        Task.FromResult(arguments.Width / 2);
}

internal sealed class Outbox
{
    private int _count;

    public int Count => _count;

    public string Add(string to) => $"mail {Interlocked.Increment(ref _count)} to {to}";
}
