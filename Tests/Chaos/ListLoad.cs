using System.Collections.Concurrent;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Dispatches runs that go through a list, a few of them at a time. Each is long enough for several faults.</summary>
internal sealed class ListLoad(ITaskClient tasks, ChaosOptions options, string prefix, TimeProvider time)
{
    private const int AtATime = 9;
    private const int Milliseconds = 120;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentQueue<(RunId Run, int Items, DateTimeOffset Accepted)> _dispatched = [];
    private readonly Random _random = new(options.Seed);

    private string Lists => $"{prefix}lists";

    public IReadOnlyList<string> Names => [Lists];

    public Task RegisterAsync() => tasks.ScheduleAsync(
        new TaskRegistration
        {
            Name = Lists,
            Handler = ListHandler.Name,
            Options = new TaskOptions
            {
                HistoryLength = 10_000,
                Overlap = OverlapPolicy.Allow,
                // A save fails when nothing can be stored for half a minute.
                Retry = new RetryPolicy { MaxAttempts = 20, Delay = TimeSpan.FromMilliseconds(200), Backoff = Backoff.Constant },
            },
        });

    /// <summary>Keeps several runs going until it is stopped.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, AtATime).Select(n => RunAsync((ListShape)(n % 3), n, stop)));

    /// <summary>Returns all acknowledged runs with their results.</summary>
    public async Task<IReadOnlyList<ListRun>> SettleAsync(CancellationToken patience) =>
        await Task.WhenAll(_dispatched.Select(
            async d => new ListRun(d.Run, d.Items, d.Accepted, await StatusAsync(d.Run, patience))));

    private async Task RunAsync(ListShape shape, int number, CancellationToken stop)
    {
        // One after the other, so that processes that have just started are not slow for the scheduled tasks.
        await Task.Delay(number * Stagger, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var items = Items();
                var run = await tasks.DispatchAsync(Lists, [shape, items, Milliseconds], ct: stop);
                _dispatched.Enqueue((run, items, time.GetUtcNow()));
                await tasks.WaitAsync(run, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The load is over.
            }
            catch (TaskException)
            {
                // Not acknowledged, or not answered because no silo could be reached.
                await Task.Delay(Patience, time, CancellationToken.None);
            }
        }
    }

    /// <summary>Returns the length of a list. A short check has shorter lists, which end soon after its load.</summary>
    private int Items()
    {
        var most = TimeSpan.FromTicks(Math.Min(Longest.Ticks, options.Duration.Ticks / 3));
        return _random.Next(ListHandler.Every, (int)(most.TotalMilliseconds / Milliseconds));
    }

    private async Task<RunStatus?> StatusAsync(RunId run, CancellationToken patience)
    {
        try
        {
            return (await tasks.WaitAsync(run, patience)).Status;
        }
        catch (Exception e) when (e is OperationCanceledException or TaskException)
        {
            // Returns no status, which the judge reports.
            return null;
        }
    }
}
