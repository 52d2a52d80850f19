using System.Globalization;
using System.Text.Json;
using Orleans.Streams;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures awaited no-op runs with arguments, over TCP from a separate client, and compares them with bare grain calls that carry the same
/// payload in both directions. Both alternate in the same process. Results are published and consumed, except in the last case, which is
/// for comparison.
/// </summary>
internal static class RunThroughput
{
    public const string Name = "run-throughput";

    public static readonly string Text = new('x', 32);

    /// <summary>Returns a payload for the bare call that equals the arguments and the value.</summary>
    public static byte[] Payload() => JsonSerializer.SerializeToUtf8Bytes(new object[] { 13, Text });

    public static async Task RunAsync(BenchmarkOptions options)
    {
        await using var both = await SiloAndClient.StartAsync();
        var tasks = both.Tasks;
        var cluster = both.Cluster;
        TaskArguments arguments = [13, Text];
        var payload = Payload();

        Console.WriteLine(
            $"{options.Callers} callers, {options.Rounds} rounds of {options.Seconds:0.#} s each after a warm-up, "
                + $"{Environment.ProcessorCount} cores shared by client and silo process");
        Console.WriteLine($"{"case",-28}{"bare calls/s",14}{"runs/s",12}{"ratio",8}   ratio of each round");
        long delivered = 0;
        var subscription = await cluster.GetStreamProvider(TaskStreams.Provider).GetStream<TaskResult>(TaskStreams.AllResults)
            .SubscribeAsync(items => { Interlocked.Add(ref delivered, items.Count); return Task.CompletedTask; });

        // Long enough for the runtime to compile the hot paths of both to their final code.
        await Load.RunAsync(options.Callers, 2 * options.Seconds, c => Bare(c, 64));
        await Load.RunAsync(options.Callers, 4 * options.Seconds, c => Ours(c, 64));
        var cases = new List<Case>
        {
            await MeasureAsync("one hot task", options, c => Ours(c, 1), c => Bare(c, 1)),
            await MeasureAsync("64 tasks", options, c => Ours(c, 64), c => Bare(c, 64)),
        };
        await subscription.UnsubscribeAsync();
        var consumed = Interlocked.Read(ref delivered);
        cases.Add(await MeasureAsync("one hot task, unheard", options, c => Ours(c, 1), c => Bare(c, 1)));
        Console.WriteLine(
            $"handled inside the handler: all {cases.Sum(c => c.Runs)} measured runs; results delivered to the consumer, warm-up "
                + $"included: {consumed}");
        var worst = cases.Take(2).MinBy(c => c.Ratio)!;
        Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
        {
            scenario = Name,
            ours = Math.Round(worst.Ours),
            baseline = Math.Round(worst.Bare),
            ratio = Math.Round(worst.Ratio, 3),
            ratioOneTask = Math.Round(cases[0].Ratio, 3),
            ratio64Tasks = Math.Round(cases[1].Ratio, 3),
            ratioUnheard = Math.Round(cases[2].Ratio, 3),
        }));

        Task Ours(int caller, int spread) => tasks.RunAsync($"noop-{caller % spread}", arguments);

        Task Bare(int caller, int spread) => cluster.GetGrain<IEchoGrain>($"echo-{caller % spread}").CallAsync(payload).AsTask();

        async Task<Case> MeasureAsync(string name, BenchmarkOptions o, Func<int, Task> ours, Func<int, Task> bare)
        {
            await Load.RunAsync(o.Callers, o.Seconds / 2, bare);
            await Load.RunAsync(o.Callers, o.Seconds / 2, ours);
            var rounds = new List<(double Bare, double Ours)>();
            long runs = 0;
            var before = await tasks.RunAsync<long>("handled");
            for (var round = 0; round < o.Rounds; round++)
            {
                var (_, bareRate) = await Load.RunAsync(o.Callers, o.Seconds, bare);
                var (calls, ourRate) = await Load.RunAsync(o.Callers, o.Seconds, ours);
                runs += calls;
                rounds.Add((bareRate, ourRate));
            }

            var handled = await tasks.RunAsync<long>("handled") - before;
            if (handled != runs)
            {
                throw new InvalidOperationException($"{runs} runs were answered, but the handler ran {handled} times.");
            }

            var result = new Case(Load.Median(rounds.Select(r => r.Bare)), Load.Median(rounds.Select(r => r.Ours)),
                Load.Median(rounds.Select(r => r.Ours / r.Bare)), runs);
            var each = string.Join(" ", rounds.Select(r => (r.Ours / r.Bare).ToString("0.000", CultureInfo.InvariantCulture)));
            Console.WriteLine($"{name,-28}{result.Bare,14:0}{result.Ours,12:0}{result.Ratio,8:0.000}   {each}");
            return result;
        }
    }

    private sealed record Case(double Bare, double Ours, double Ratio, long Runs);
}
