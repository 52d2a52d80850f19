using System.Diagnostics;
using System.Text.Json;
using HdrHistogram;
using Orleans.Streams;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures results from a silo's publisher to subscribers in this process, over TCP: the rate, compared with a raw memory stream that
/// carries the same items in batches of the same size; the latency without other load; and the rate of ten subscribers with a client each.
/// </summary>
internal static class Results
{
    public const string Name = "results";
    private const int Many = 10;
    private const int QuietPauseMs = 20;
    private static int _task;

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var count = options.Count == 0 ? 200_000 : options.Count;
        await using var both = await SiloAndClient.StartAsync(ResultsSilo.Verb);
        Console.WriteLine(
            $"{count:N0} results in each round, {options.Rounds} rounds after a warm-up, {Environment.ProcessorCount} cores shared by "
                + "silo and client process");
        Console.WriteLine($"{"",-12}{"raw stream/s",14}{"results/s",14}{"ratio",8}");
        var rounds = new List<(double Raw, double Ours)>();
        await RawAsync(both, count);
        await OursAsync([both.Tasks], both, count);
        for (var n = 0; n < options.Rounds; n++)
        {
            var raw = await RawAsync(both, count);
            rounds.Add((raw, await OursAsync([both.Tasks], both, count)));
            Console.WriteLine($"{$"round {n + 1}",-12}{raw,14:N0}{rounds[n].Ours,14:N0}{rounds[n].Ours / raw,8:0.00}");
        }

        var quiet = await QuietAsync(both, Math.Max(10, (int)(options.Seconds * 1_000 / QuietPauseMs)));
        var others = new List<SiloAndClient>();
        try
        {
            for (var n = 1; n < Many; n++)
            {
                others.Add(await both.ConnectAsync());
            }

            var clients = others.Append(both).Select(c => c.Tasks).ToList();
            var ten = await OursAsync(clients, both, Math.Max(1, count / Many));
            Console.WriteLine($"quiet: p50 {quiet.P50:0.0} ms, p99 {quiet.P99:0.0} ms; {Many} subscribers: {ten:N0} results/s to each");
            Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
            {
                scenario = Name,
                ours = Math.Round(Load.Median(rounds.Select(r => r.Ours))),
                baseline = Math.Round(Load.Median(rounds.Select(r => r.Raw))),
                ratio = Math.Round(Load.Median(rounds.Select(r => r.Ours / r.Raw)), 2),
                quietP50Ms = Math.Round(quiet.P50, 2),
                quietP99Ms = Math.Round(quiet.P99, 2),
                tenSubscribersEach = Math.Round(ten),
                tenSubscribersTogether = Math.Round(Many * ten),
            }));
        }
        finally
        {
            foreach (var other in others)
            {
                await other.DisposeAsync();
            }
        }
    }

    private static async Task<double> RawAsync(SiloAndClient both, int count)
    {
        var got = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscription = await both.Cluster.GetStreamProvider(TaskStreams.Provider).GetStream<TaskResult>(ResultsSilo.RawStream)
            .SubscribeAsync(items =>
        {
            if ((got += items.Count) >= count)
            {
                all.TrySetResult();
            }

            return Task.CompletedTask;
        });
        var watch = Stopwatch.StartNew();
        await both.Tasks.RunAsync(ResultsSilo.Raw, [count]);
        await all.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        var rate = count / watch.Elapsed.TotalSeconds;
        await subscription.UnsubscribeAsync();
        return rate;
    }

    private static async Task<double> OursAsync(IReadOnlyList<ITaskClient> clients, SiloAndClient silo, int count)
    {
        var task = $"published-{Interlocked.Increment(ref _task)}";
        var watch = Stopwatch.StartNew();
        var readers = await ReadAsync(clients, task, count, static _ => { });
        watch.Restart();
        await silo.Tasks.RunAsync(ResultsSilo.Publish, [task, count, 0]);
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<(double P50, double P99)> QuietAsync(SiloAndClient both, int count)
    {
        var histogram = new LongHistogram(TimeSpan.TicksPerMinute, 3);
        var readers = await ReadAsync([both.Tasks], "quiet", count,
            r => histogram.RecordValue(Math.Max(0, (TimeProvider.System.GetUtcNow() - r.FinishedAt).Ticks)));
        await both.Tasks.RunAsync(ResultsSilo.Publish, ["quiet", count, QuietPauseMs]);
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        return (Milliseconds(50), Milliseconds(99));

        double Milliseconds(double percentile) => histogram.GetValueAtPercentile(percentile) / (double)TimeSpan.TicksPerMillisecond;
    }

    /// <summary>
    /// Subscribes each client to the results of all tasks, and reads a number of results of one task, each exactly once and in order.
    /// </summary>
    private static async Task<IReadOnlyList<Task>> ReadAsync(IReadOnlyList<ITaskClient> clients, string task, int count,
        Action<TaskResult> note)
    {
        var readers = new List<Task>();
        foreach (var client in clients)
        {
            var subscription = await client.SubscribeResultsAsync();
            readers.Add(Task.Run(async () =>
            {
                await using var _ = subscription;
                var next = 1;
                await foreach (var result in subscription)
                {
                    if (result.Task != task)
                    {
                        continue;
                    }

                    note(result);
                    if (result.Status == RunStatus.Gap || result.Sequence != next++)
                    {
                        throw new InvalidOperationException($"{task}: result {result.Sequence} came where {next - 1} was expected.");
                    }

                    if (next > count)
                    {
                        return;
                    }
                }
            }));
        }

        return readers;
    }
}
