using System.Collections.Concurrent;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>What clients ask of the cluster while it suffers: schedules, dispatches, runs.</summary>
internal sealed class Workload(ITaskClient tasks, ChaosOptions options, TimeProvider time)
{
    private const string OnDemand = "on-demand";
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(90);
    private readonly Random _random = new(options.Seed);
    private readonly List<(TaskRegistration Registration, DateTimeOffset Registered)> _registered = [];
    private readonly ConcurrentQueue<(RunId Run, RunGuarantee Guarantee, DateTimeOffset Due)> _dispatched = [];
    private readonly ConcurrentQueue<Task<Requested>> _requested = [];
    private readonly ConcurrentDictionary<Guid, TaskResult> _results = [];

    public int Refused { get; private set; }

    public async Task RegisterAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        for (var n = 0; n < options.Tasks; n++)
        {
            var interval = TimeSpan.FromMilliseconds(_random.Next(1_000, 5_000));
            var registration = new TaskRegistration
            {
                Name = $"task-{n:000}",
                Handler = SiloHost.Handler,
                Schedule = TaskSchedule.Every(interval, now + TimeSpan.FromMilliseconds(_random.Next(0, 5_000))),
                Arguments = [_random.Next(0, 300)],
                Options = new TaskOptions { Guarantee = n % 2 == 0 ? RunGuarantee.AtMostOnce : RunGuarantee.AtLeastOnce, Overlap = OverlapPolicy.Allow, HistoryLength = 10_000 },
            };
            await tasks.ScheduleAsync(registration, ct);
            _registered.Add((registration, time.GetUtcNow()));
        }

        await tasks.ScheduleAsync(new TaskRegistration { Name = OnDemand, Handler = SiloHost.Handler, Options = new TaskOptions { HistoryLength = 10_000 } }, ct);
    }

    /// <summary>Dispatches and runs, until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var under = new ConcurrentDictionary<Task, bool>();
        while (!stop.IsCancellationRequested)
        {
            Add(_random.Next(3) == 0 ? RequestAsync(Guarantee(), _random.Next(0, 1_000)) : DispatchAsync(Guarantee(), _random.Next(0, 500), TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? 0 : _random.Next(0, 10_000))));
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(20, 120)), time, CancellationToken.None);
        }

        await Task.WhenAll(under.Keys).WaitAsync(SettlePatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        void Add(Task task)
        {
            under[task] = true;
            task.ContinueWith(t => under.TryRemove(t, out _), TaskScheduler.Default);
        }

        RunGuarantee Guarantee() => _random.Next(2) == 0 ? RunGuarantee.AtMostOnce : RunGuarantee.AtLeastOnce;
    }

    /// <summary>Listens to all results.</summary>
    public async Task ListenAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var result in tasks.Results(null, ct))
            {
                _results[result.RunId.Value] = result;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>Waits for all that is under way, and says what the cluster has said.</summary>
    public async Task<Claims> SettleAsync(DateTimeOffset end)
    {
        using var patience = new CancellationTokenSource(SettlePatience, time);
        var dispatches = await Task.WhenAll(_dispatched.Select(async d => new Dispatched(d.Run, d.Guarantee, d.Due, await OrNull(tasks.WaitAsync(d.Run, patience.Token)))));
        var requests = await Task.WhenAll(_requested.Select(async r => await OrNull(r.WaitAsync(patience.Token)) ?? new Requested(default, null, null)));
        foreach (var (registration, _) in _registered)
        {
            await tasks.GetTask(registration.Name).PauseAsync("The load is over.", patience.Token);
            foreach (var run in await tasks.GetTask(registration.Name).RunsAsync(10_000, ct: patience.Token))
            {
                if (run.Result is { } result)
                {
                    _results[result.RunId.Value] = result;
                }
            }
        }

        return new Claims(
            [.. _registered.Select(r => new ScheduledTask(r.Registration.Name, r.Registration.Schedule!, r.Registration.Options!.Guarantee!.Value, r.Registered, end))],
            dispatches, requests, _results);

        static async Task<T?> OrNull<T>(Task<T> task)
            where T : class
        {
            try
            {
                return await task;
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    private async Task DispatchAsync(RunGuarantee guarantee, int milliseconds, TimeSpan delay)
    {
        try
        {
            var run = await tasks.DispatchAsync(OnDemand, [milliseconds], new DispatchOptions { Delay = delay, Guarantee = guarantee });
            _dispatched.Enqueue((run, guarantee, time.GetUtcNow() + delay));
        }
        catch (Exception)
        {
            // Not acknowledged: it may run or not.
            Refused++;
        }
    }

    private Task RequestAsync(RunGuarantee guarantee, int milliseconds)
    {
        var request = RunAsync();
        _requested.Enqueue(request);
        return request;

        async Task<Requested> RunAsync()
        {
            try
            {
                return new Requested(guarantee, await tasks.RunAsync(OnDemand, [milliseconds], new RunOptions { Guarantee = guarantee }), null);
            }
            catch (Exception e)
            {
                return new Requested(guarantee, null, e.Message);
            }
        }
    }
}
