using OrleansTasks.Client.Links;
using OrleansTasks.Grains;

namespace OrleansTasks.Simulation;

/// <summary>One history of a cluster: what is asked of it, what happens to it, and whether it has kept what is promised.</summary>
internal sealed class History
{
    private const int Tasks = 4;
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(10.5);
    private static readonly TimeSpan ShortRest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(30);
    private readonly World _world;
    private readonly SimCluster _cluster;
    private readonly SimTurns _client;
    private readonly SimTime _time;
    private readonly Dictionary<string, (TaskOptions Options, TimeSpan? Period)> _tasks = [];
    private readonly Judgement _judgement;
    private readonly Faults _faults;
    private readonly bool _hasSteps;
    private readonly bool _restsLong;

    /// <param name="seed">Says everything that is left to chance.</param>
    /// <param name="copier">Writes and reads records.</param>
    /// <param name="settings">What it is made with.</param>
    public History(ulong seed, RecordCopier copier, HistorySettings settings)
    {
        _world = new World(seed, settings.Traces) { CallsOf = settings.CallsOf };
        _cluster = new SimCluster(_world, copier, PlantedDefect.Of(settings.Planted));
        _client = new SimTurns(_world, null);
        _time = new SimTime(_world, null);
        _judgement = new Judgement(_cluster.Truth, World.Begin + Load);
        _faults = new Faults(_world, _cluster, settings.WithUndead && _world.Happens(0.5));
        _hasSteps = _world.Happens(0.2);
        _restsLong = _world.Happens(0.05) || settings.RestsLong;
    }

    public long Steps => _world.Steps;

    public string Trace => _world.Trace;

    public IReadOnlyDictionary<string, int> FaultsMade => _faults.Made;

    /// <summary>Whether the cluster had the whole time to come to rest.</summary>
    public bool HasRestedLong => _restsLong;

    /// <summary>Lets it happen.</summary>
    /// <returns>What was promised and is not so.</returns>
    public IReadOnlyList<string> Run()
    {
        for (var n = 0; n < 3; n++)
        {
            _cluster.Start();
        }

        _world.After(TimeSpan.FromMilliseconds(10), _cluster.Supervise);
        _world.After(Beginning, () =>
        {
            for (var n = 0; n < Tasks; n++)
            {
                var number = n;
                _client.Begin(() => RegisterAsync(number)).Ignore();
            }
        });
        _faults.Begin(Beginning + TimeSpan.FromSeconds(0.3), Load, _hasSteps);
        _world.RunUntil(Load);
        _faults.End();
        _cluster.Truth.TakesMore = false;
        _world.RunUntil(Load + Rest, IsOver);
        if (!_restsLong)
        {
            _world.RunUntil(_world.Now + ShortRest);
        }

        var reading = _client.Begin(ReadAsync);
        _world.RunUntil(_world.Now + Reading, () => reading.IsCompleted);
        _judgement.Add(reading.IsCompletedSuccessfully, reading.Exception?.InnerException?.ToString() ?? "The cluster does not answer.");
        return _judgement.Decide(_hasSteps);
    }

    /// <summary>Whether all that was asked for, or began, while there were faults has ended, as far as one can see from outside.</summary>
    private bool IsOver() => !_restsLong && _cluster.Truth.HasEnded;

    /// <summary>Registers a task, and has runs of it asked for from then on.</summary>
    private async Task RegisterAsync(int number)
    {
        var name = $"t{number}";
        var options = new TaskOptions
        {
            Guarantee = _world.Happens(0.5) ? RunGuarantee.AtLeastOnce : RunGuarantee.AtMostOnce,
            Overlap = _world.Happens(0.5) ? OverlapPolicy.Allow : _world.Happens(0.5) ? OverlapPolicy.Skip : OverlapPolicy.QueueAll,
            HistoryLength = 10_000,
            MaxLosses = 100,
            Retry = _world.Happens(0.5) ? new RetryPolicy { MaxAttempts = 3 } : null,
        };
        var period = TimeSpan.FromSeconds(_world.Chance.Next(2, 24) * (number + 1) / 4.0);
        var schedule = number == Tasks - 1 ? null : TaskSchedule.Every(period);
        _tasks[name] = (options, schedule is null ? null : period);
        var partition = _cluster.Client.Partition<ISchedulerGrain>(PartitionMap.PartitionOf(name, SimCluster.Partitions));
        var request = _world.NewId();
        await CallAsync(() => partition.RegisterAsync(new TaskRegistration { Name = name, Handler = SimCluster.Handler, Schedule = schedule, Options = options }, null, request));
        _world.Tell($"{name} is registered: {schedule?.Describe()} {options.Guarantee} {options.Overlap}");
        for (var worker = 0; worker < 2; worker++)
        {
            _client.Begin(() => DispatchAsync(name)).Ignore();
        }

        _client.Begin(() => AskAsync(name)).Ignore();
    }

    /// <summary>Dispatches runs of a task, one after the other.</summary>
    private async Task DispatchAsync(string task)
    {
        var grain = _cluster.Client.Task<ITaskGrain>(task);
        while (_world.Now < Load)
        {
            await Task.Delay(_world.Some(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(6)), _time);
            var guarantee = _world.Happens(0.5) ? RunGuarantee.AtLeastOnce : RunGuarantee.AtMostOnce;
            var request = new DispatchRequest
            {
                Id = _world.NewId(),
                Options = new DispatchOptions { Delay = _world.Happens(0.3) ? _world.Some(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(12)) : null, Guarantee = guarantee },
            };
            var (repeated, asked) = (false, World.Begin + _world.Now);
            try
            {
                var run = await CallAsync(() =>
                {
                    var again = repeated;
                    repeated = true;
                    return grain.DispatchAsync(request with { Repeated = again });
                });
                _world.Tell($"{run} is acknowledged");
                _cluster.Truth.Acknowledge(run, new Truth.Asked(guarantee, asked + (request.Options?.Delay ?? TimeSpan.Zero)));
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e) || e is TasksOverloadedException)
            {
                // Nobody knows whether it is stored.
            }
            catch (Exception e)
            {
                _cluster.Truth.Surprises.Add($"A dispatch of {task} was refused: {e.GetType().Name}: {e.Message}");
            }
        }
    }

    /// <summary>Has runs of a task made and waits for them, one after the other.</summary>
    private async Task AskAsync(string task)
    {
        var grain = _cluster.Client.Task<ITaskGrain>(task);
        while (_world.Now < Load)
        {
            await Task.Delay(_world.Some(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10)), _time);
            try
            {
                if (await grain.BeginRunAsync(new RunRequest { Id = _world.NewId() }) is { } result)
                {
                    _cluster.Truth.Told.Add(result);
                }
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e) || e is TasksOverloadedException or RequestForgottenException)
            {
                // It may have been lost with its silo.
            }
            catch (Exception e)
            {
                _cluster.Truth.Surprises.Add($"A run of {task} was refused: {e.GetType().Name}: {e.Message}");
            }
        }
    }

    /// <summary>Reads what the cluster says of all tasks.</summary>
    private async Task ReadAsync()
    {
        foreach (var (name, (options, period)) in _tasks)
        {
            var grain = _cluster.Client.Task<ITaskGrain>(name);
            var history = await CallAsync(() => grain.HistoryAsync(0, 1000));
            var results = history.Results.ToList();
            while (history is { HasMore: true, Results.Count: > 0 })
            {
                var last = results[^1].Sequence;
                history = await CallAsync(() => grain.HistoryAsync(last, 1000));
                results.AddRange(history.Results);
            }

            var ledger = await CallAsync(() => grain.LedgerAsync(new LedgerQuery { Limit = LedgerQuery.MaxLimit }));
            _judgement.Take(new TaskSaid(name, options, period, results, ledger, World.Begin + _world.Now));
        }
    }

    /// <summary>Calls, and calls again while the cluster does not answer, as the client does.</summary>
    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        for (var n = 0; ; n++)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e) && n < 60)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), _time);
            }
        }
    }
}
