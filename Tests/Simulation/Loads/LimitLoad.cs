namespace OrleansTasks.Simulation;

/// <summary>Checks a task that limits its concurrent runs or its rate.</summary>
internal sealed class LimitLoad : Load
{
    private const string Name = "t2";
    private readonly int? _most;
    private readonly RateLimit? _rate;
    private readonly ActivationWatch _watch = new(SimGrains.TaskPrefix + Name);

    public LimitLoad(SimClient client, SimCluster cluster)
        : base(client)
    {
        _most = World.Happens(0.7) ? World.Chance.Next(1, 4) : null;
        _rate = _most is null || World.Happens(0.3) ? RateJudge.SomeLimit(World) : null;
        cluster.Watches.Add(_watch);
    }

    public override TaskPlan Shape(TaskPlan task) =>
        task.Name == Name ? (task with { Options = task.Options with { MaxConcurrentRuns = _most, RateLimit = _rate } }).Limited() : task;

    public override void Judge(Judgement judgement)
    {
        var attempts = Truth.Attempts.Where(static a => a is { Run.Task: Name, IsOfTheDead: false }).ToList();
        foreach (var attempt in attempts)
        {
            var beside = attempts.Where(a => a.IsUnderWayAt(attempt.BeganAt)).Select(static a => a.Run).Distinct().ToList();
            judgement.Add(!(beside.Count > _most),
                $"{Name} may have {_most} runs under way, and at {attempt.BeganAt:mm:ss.fff} has these: {string.Join(", ", beside)}.");
        }

        // A new activation knows the rate only from the history, which lags.
        if (_rate is not null && _watch.Last < judgement.RecoveredSince - _rate.Period)
        {
            RateJudge.Judge(judgement, Name, _rate, attempts);
        }
    }

    /// <summary>Records when a grain was last activated.</summary>
    private sealed class ActivationWatch(string target) : IGrainWatch
    {
        public DateTimeOffset Last { get; private set; }

        public void OnActivated(SimActivation activation) => Last = activation.Target == target ? activation.Now : Last;

        public void OnAnswered(SimActivation activation, PendingCall call)
        {
        }
    }
}
