using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using OrleansTasks.Publishing;

namespace OrleansTasks.Benchmarks;

/// <summary>
/// Runs a silo whose publisher gets results as if runs had ended, as fast as possible or at intervals. It also sends the same results on a
/// raw stream.
/// </summary>
internal static class ResultsSilo
{
    public const string Verb = "results-silo";

    /// <summary>
    /// Publishes results of one task. Arguments: the task's name, the number of results, and the pause after each in milliseconds.
    /// </summary>
    public const string Publish = "publish";

    /// <summary>Sends results on the raw stream, in batches of the publisher's size. Argument: the number of results.</summary>
    public const string Raw = "raw";

    /// <summary>The namespace of the raw stream, whose key is empty.</summary>
    public const string RawNamespace = "raw-results";

    private const int Batch = 200;
    private const int Waiting = 10_000;
    private static readonly TimeProvider Time = TimeProvider.System;

    public static StreamId RawStream { get; } = StreamId.Create(RawNamespace, "all");

    public static async Task ServeAsync(BenchmarkOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(options.Port, options.GatewayPort)
            .UseInMemoryTasks()
            .AddTasks(tasks => tasks.Define(Publish, PublishAsync).Define(Raw, RawAsync)));
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(SiloProcess.Ready);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    /// <summary>Creates a result with a small value. Its <see cref="TaskResult.FinishedAt"/> says when it was created.</summary>
    private static TaskResult Make(string task, long sequence)
    {
        var now = Time.GetUtcNow();
        return new TaskResult
        {
            RunId = RunId.New(task, Time),
            Sequence = sequence,
            Status = RunStatus.Succeeded,
            Trigger = RunTrigger.Request,
            ScheduledAt = now,
            StartedAt = now,
            FinishedAt = now,
            Attempt = 1,
            Silo = "silo",
            Json = "13"u8.ToArray(),
        };
    }

    private static async Task PublishAsync(string task, int count, int pauseMs, ResultPublisher publisher)
    {
        for (var n = 1; n <= count; n++)
        {
            publisher.Publish(Make(task, n));
            if (pauseMs > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), Time);
            }

            while (publisher.Waiting > Waiting)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task RawAsync(int count, IServiceProvider services)
    {
        var stream = services.GetRequiredKeyedService<IStreamProvider>(TaskStreams.Provider).GetStream<TaskResult>(RawStream);
        for (var n = 0; n < count; n += Batch)
        {
            await stream.OnNextBatchAsync(Enumerable.Range(n + 1, Math.Min(Batch, count - n)).Select(i => Make(Raw, i)).ToList());
        }
    }
}
