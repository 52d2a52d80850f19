using OrleansTasks.Client.Links;

namespace OrleansTasks.Simulation;

/// <summary>Creates what each history has: some tasks with schedules, and their dispatched and awaited runs.</summary>
/// <param name="client">The client.</param>
/// <param name="loads">The other requests, which may change the tasks.</param>
internal sealed class TaskLoad(SimClient client, IReadOnlyList<Load> loads) : Load(client)
{
    private const int Tasks = 4;
    private readonly List<TaskPlan> _plans = [];

    public override void Begin(IReadOnlyList<TaskPlan> tasks)
    {
        _plans.AddRange(tasks.Where(static t => !t.IsAskedFor));
        foreach (var plan in tasks.Where(static t => t.IsAskedFor))
        {
            Client.Begin($"{plan.Name} was to be registered", () => RegisterAsync(plan));
        }
    }

    public override async Task ReadAsync(Judgement judgement)
    {
        foreach (var plan in _plans)
        {
            var grain = Client.TaskOf(plan.Name);
            var history = await Client.CallAsync(_ => grain.HistoryAsync(0, 1000));
            var results = history.Results.ToList();
            while (history is { HasMore: true, Results.Count: > 0 })
            {
                var last = results[^1].Sequence;
                history = await Client.CallAsync(_ => grain.HistoryAsync(last, 1000));
                results.AddRange(history.Results);
            }

            var ledger = await Client.CallAsync(_ => grain.LedgerAsync(new LedgerQuery { Limit = LedgerQuery.MaxLimit }));
            judgement.Take(new TaskSaid(plan, results, ledger, Client.Now));
        }
    }

    /// <summary>Returns the tasks of a history, with the changes of all loads.</summary>
    public IReadOnlyList<TaskPlan> Plan() =>
        [.. Enumerable.Range(0, Tasks).Select(Plan).Concat(loads.SelectMany(static l => l.OwnTasks))
            .Select(plan => loads.Aggregate(plan, static (p, load) => load.Shape(p)))];

    private TaskPlan Plan(int number)
    {
        var options = new TaskOptions
        {
            Guarantee = World.Happens(0.5) ? RunGuarantee.AtLeastOnce : RunGuarantee.AtMostOnce,
            Overlap = World.Happens(0.5) ? OverlapPolicy.Allow : World.Happens(0.5) ? OverlapPolicy.Skip : OverlapPolicy.QueueAll,
            HistoryLength = 10_000,
            MaxLosses = 100,
            Retry = World.Happens(0.5) ? new RetryPolicy { MaxAttempts = 3 } : null,
        };
        var period = TimeSpan.FromSeconds(World.Chance.Next(2, 24) * (number + 1) / 4.0);
        return new TaskPlan($"t{number}", options, number == Tasks - 1 ? null : period);
    }

    /// <summary>Registers a task, and then requests runs of it.</summary>
    private async Task RegisterAsync(TaskPlan plan)
    {
        _plans.Add(plan);
        var partition = Client.PartitionOf(plan.Name);
        var request = World.NewId();
        await Client.CallAsync(_ => partition.RegisterAsync(plan.ToRegistration(), null, request));
        Truth.Registered.Add(plan.Name);
        World.Tell($"{plan.Name} is registered: {plan.Period} {plan.Options.Guarantee} {plan.Options.Overlap} {plan.Options.Group}");
        for (var worker = 0; worker < 2; worker++)
        {
            Client.Begin($"A run of {plan.Name} was to be dispatched", () => DispatchAsync(plan));
        }

        Client.Begin($"A run of {plan.Name} was to be made", () => AskAsync(plan));
    }

    /// <summary>Dispatches runs of a task, one after the other.</summary>
    private async Task DispatchAsync(TaskPlan plan)
    {
        var grain = Client.TaskOf(plan.Name);
        while (Client.GoesOn)
        {
            await Client.WaitAsync(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(6));
            var guarantee = World.Happens(0.5) ? RunGuarantee.AtLeastOnce : RunGuarantee.AtMostOnce;
            var options = new DispatchOptions
            {
                Delay = World.Happens(0.3) ? World.Some(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(12)) : null,
                Guarantee = guarantee
            };
            var request = new DispatchRequest { Id = World.NewId(), Options = loads.Aggregate(options, static (o, load) => load.Shape(o)) };
            var asked = Client.Now;
            if (request.Options is { Then: { } then })
            {
                Truth.Then[new RunId(plan.Name, request.Id)] = then;
            }

            try
            {
                var run = await Client.CallAsync(again => grain.DispatchAsync(request with { Repeated = again }));
                World.Tell($"{run} is acknowledged");
                Truth.Acknowledge(run, new Truth.Asked(guarantee, asked + (options.Delay ?? TimeSpan.Zero)));
            }
            catch (Exception e) when (SimClient.IsTransient(e) || IsCancelled(plan, e))
            {
                // It is unknown whether the run is stored; or it is not stored.
            }
        }
    }

    /// <summary>Starts runs of a task and awaits them, one after the other.</summary>
    private async Task AskAsync(TaskPlan plan)
    {
        var grain = Client.TaskOf(plan.Name);
        while (Client.GoesOn)
        {
            await Client.WaitAsync(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
            try
            {
                if (await BeginAsync(grain, new RunRequest { Id = World.NewId(), Met = Guid.Empty }) is { } result)
                {
                    Truth.Told.Add(result);
                }
            }
            catch (Exception e) when (SimClient.IsTransient(e) || e is RequestForgottenException || IsCancelled(plan, e))
            {
                // The run may have been lost with its silo.
            }
        }
    }

    private static async Task<TaskResult?> BeginAsync(ITaskGrain grain, RunRequest request)
    {
        while (true)
        {
            try
            {
                return await grain.BeginRunAsync(request);
            }
            catch (UnmetActivationException e)
            {
                request = request with { Met = e.Activation };
            }
        }
    }

    private bool IsCancelled(TaskPlan plan, Exception e) => e is TaskCancelledException && Truth.MayBeCancelled(plan.Name);
}
