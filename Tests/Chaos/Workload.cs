using System.Collections.Concurrent;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Creates the load that clients apply during the faults: schedules, dispatches, and awaited runs.</summary>
internal sealed class Workload(ITaskClient tasks, ChaosOptions options, string prefix, BookLoad? book, TimeProvider time)
{
    private const int Kept = 10_000;
    private const int HistoryPage = 1_000;
    private const int OnDemandTasks = 16;
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(90);

    // A run that has lost several silos waits for up to 80 s before its next attempt.
    private static readonly TimeSpan ListPatience = TimeSpan.FromMinutes(3);

    // Several tasks, so that in hours of load none has more results than its history keeps.
    private readonly string[] _onDemand = [.. Enumerable.Range(0, OnDemandTasks).Select(n => $"{prefix}on-demand-{n}")];
    private readonly Random _random = new(options.Seed);
    private readonly List<(TaskRegistration Registration, DateTimeOffset Registered)> _registered = [];
    private readonly ConcurrentQueue<(RunId Run, RunGuarantee Guarantee, DateTimeOffset Due, DateTimeOffset Accepted)> _dispatched = [];
    private readonly ConcurrentQueue<Task<Requested>> _requested = [];
    private readonly HostileLoad _hostile = new(tasks, prefix, time);
    private readonly ListLoad _lists = new(tasks, options, prefix, time);
    private int _refused;

    public int Refused => _refused;

    /// <summary>Gets whether the silos have the handlers that misbehave. Only the checker's own do.</summary>
    private bool IsHostile => options.Attachment is null;

    private IEnumerable<string> Names => _registered.Select(r => r.Registration.Name).Concat(_onDemand);

    /// <summary>Starts a run that ends silos.</summary>
    public Task DispatchDeadlyAsync() => _hostile.DispatchDeadlyAsync();

    public async Task RegisterAsync()
    {
        if (IsHostile)
        {
            await _hostile.RegisterAsync();
            await _lists.RegisterAsync();
            await (book?.RegisterAsync() ?? Task.CompletedTask);
        }

        var now = time.GetUtcNow();
        foreach (var name in _onDemand)
        {
            await tasks.ScheduleAsync(
                new TaskRegistration { Name = name, Handler = SiloHost.Handler, Options = new TaskOptions { HistoryLength = Kept } });
        }

        for (var n = 0; n < options.Tasks; n++)
        {
            var interval = TimeSpan.FromMilliseconds(_random.Next(1_000, 5_000));
            var registration = new TaskRegistration
            {
                Name = $"{prefix}task-{n:000}",
                Handler = SiloHost.Handler,
                Schedule = TaskSchedule.Every(interval, now + TimeSpan.FromMilliseconds(_random.Next(0, 5_000))),
                Arguments = [_random.Next(0, 300)],
                Options = new TaskOptions
                {
                    Guarantee = n % 2 == 0 ? RunGuarantee.AtMostOnce : RunGuarantee.AtLeastOnce,
                    Overlap = OverlapPolicy.Allow,
                    HistoryLength = Kept
                },
            };
            await tasks.ScheduleAsync(registration);
            _registered.Add((registration, time.GetUtcNow()));
        }
    }

    /// <summary>Dispatches and awaits runs until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var under = new ConcurrentDictionary<Task, bool>();
        if (IsHostile)
        {
            Add(_lists.RunAsync(stop));
            Add(book?.RunAsync(stop) ?? Task.CompletedTask);
        }

        while (!stop.IsCancellationRequested)
        {
            Add(_random.Next(3) == 0
                ? RequestAsync(Guarantee(), _random.Next(0, 1_000))
                : DispatchAsync(Guarantee(), _random.Next(0, 500),
                    TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? 0 : _random.Next(0, 10_000))));
            if (IsHostile && _random.Next(10) == 0)
            {
                Add(_hostile.DispatchAsync(_random.Next()));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(20, 120)), time, CancellationToken.None);
        }

        await Task.WhenAll(under.Keys).WaitAsync(SettlePatience, time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        void Add(Task task)
        {
            under[task] = true;
            task.ContinueWith(t => under.TryRemove(t, out _), TaskScheduler.Default);
        }

        RunGuarantee Guarantee() => _random.Next(2) == 0 ? RunGuarantee.AtMostOnce : RunGuarantee.AtLeastOnce;
    }

    /// <summary>Waits for all current runs, ends the schedules, and returns what the cluster has said.</summary>
    public async Task<Claims> SettleAsync(DateTimeOffset end, Subscriber subscriber)
    {
        using var patience = new CancellationTokenSource(SettlePatience, time);
        var dispatches =
            await Task.WhenAll(
                _dispatched.Select(
                    async d =>
                        new Dispatched(d.Run, d.Guarantee, d.Due, await OrNull(tasks.WaitAsync(d.Run, patience.Token)))
                        {
                            AcceptedAt = d.Accepted
                        }));
        var requests = await Task.WhenAll(
            _requested.Select(async r => await OrNull(r.WaitAsync(patience.Token)) ?? new Requested(default, null, null)));
        var hostile = await _hostile.SettleAsync(patience.Token);
        using var longer = new CancellationTokenSource(ListPatience, time);
        var lists = await _lists.SettleAsync(longer.Token);
        var books = book is null ? null : await book.SettleAsync(patience.Token);
        foreach (var (registration, _) in _registered)
        {
            await tasks.GetTask(registration.Name).PauseAsync("The load is over.");
        }

        var kept = await ReadHistoriesAsync();
        var subscription = await subscriber.CatchUpAsync(kept);
        return new Claims(
            [.. _registered.Select(
                r => new ScheduledTask(r.Registration.Name, r.Registration.Schedule!, r.Registration.Options!.Guarantee!.Value,
                    r.Registered, end))],
            dispatches, requests, subscriber.Results.Concat(kept).GroupBy(r => r.RunId.Value).ToDictionary(g => g.Key, g => g.Last()))
        {
            Subscription = subscription,
            Hostile = hostile,
            Lists = lists,
            Book = books,
        };

        static async Task<T?> OrNull<T>(Task<T> task)
            where T : class
        {
            try
            {
                return await task;
            }
            catch (Exception e) when (e is OperationCanceledException or TaskException)
            {
                // Returns no result, which the judge reports.
                return null;
            }
        }
    }

    /// <summary>Removes the load's tasks from the cluster.</summary>
    public async Task RemoveAsync()
    {
        foreach (var name in Names.Concat(IsHostile ? _hostile.Names.Concat(_lists.Names) : []))
        {
            await tasks.GetTask(name).CancelAsync();
        }
    }

    private async Task<List<TaskResult>> ReadHistoriesAsync()
    {
        var kept = new List<TaskResult>();
        foreach (var name in Names)
        {
            var page = await tasks.GetTask(name).HistoryAsync(0, HistoryPage);
            while (page.Results.Count > 0)
            {
                kept.AddRange(page.Results);
                page = await tasks.GetTask(name).HistoryAsync(page.Results[^1].Sequence, HistoryPage);
            }
        }

        return kept;
    }

    private async Task DispatchAsync(RunGuarantee guarantee, int milliseconds, TimeSpan delay)
    {
        try
        {
            var run = await tasks.DispatchAsync(OnDemand(), [milliseconds], new DispatchOptions { Delay = delay, Guarantee = guarantee });
            var now = time.GetUtcNow();
            _dispatched.Enqueue((run, guarantee, now + delay, now));
        }
        catch (Exception)
        {
            // Not acknowledged: the run may or may not execute.
            Interlocked.Increment(ref _refused);
        }
    }

    private string OnDemand() => _onDemand[_random.Next(_onDemand.Length)];

    private Task RequestAsync(RunGuarantee guarantee, int milliseconds)
    {
        var request = RunAsync();
        _requested.Enqueue(request);
        return request;

        async Task<Requested> RunAsync()
        {
            try
            {
                return new Requested(guarantee, await tasks.RunAsync(OnDemand(), [milliseconds], new RunOptions { Guarantee = guarantee }),
                    null);
            }
            catch (Exception e)
            {
                return new Requested(guarantee, null, e.Message);
            }
        }
    }
}
