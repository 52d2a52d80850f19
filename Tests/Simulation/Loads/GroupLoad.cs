using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

/// <summary>Checks two tasks whose runs share the places of a group.</summary>
internal sealed class GroupLoad : Load
{
    private const string Group = "g";
    private readonly RunGroup _limits;
    private readonly GroupWatch _watch = new(Group);
    private RunGroupInfo? _said;
    private DateTimeOffset _saidAt;

    public GroupLoad(SimClient client, SimCluster cluster)
        : base(client)
    {
        _limits = new RunGroup
        {
            MaxConcurrentRuns = World.Chance.Next(1, 4),
            RateLimit = World.Happens(0.3) ? RateJudge.SomeLimit(World) : null
        };
        cluster.Watches.Add(_watch);
    }

    public override TaskPlan Shape(TaskPlan task) =>
        task.Name is "t0" or "t1" ? (task with { Options = task.Options with { Group = Group } }).Limited() : task;

    public override async Task PrepareAsync()
    {
        var request = World.NewId();
        await Client.CallAsync(_ => Client.GroupOf(Group).PutAsync(_limits, request));
        World.Tell($"The group has {_limits.MaxConcurrentRuns} places and a rate of {_limits.RateLimit}");
    }

    public override async Task ReadAsync(Judgement judgement)
    {
        _said = await Client.CallAsync(_ => Client.GroupOf(Group).DescribeAsync());
        _saidAt = Client.Now;
    }

    public override void Judge(Judgement judgement)
    {
        var attempts = Truth.Attempts.Where(static a => a is { Group: Group, IsOfTheDead: false }).ToList();
        foreach (var attempt in attempts)
        {
            // If a run begins after the activation that granted its place was lost or moved, the next activation could not know of the run.
            var present = _watch.At(attempt.BeganAt);
            if (_watch.IsOf(present, attempt))
            {
                var beside = attempts.Where(a => a.IsUnderWayAt(attempt.BeganAt) && _watch.IsOf(present, a)).Select(static a => a.Run)
                    .Distinct().ToList();
                judgement.Add(beside.Count <= _limits.MaxConcurrentRuns,
                    $"The group has {_limits.MaxConcurrentRuns} places, and at {attempt.BeganAt:mm:ss.fff} these are under way: "
                        + $"{string.Join(", ", beside)}.");
            }
        }

        if (_limits.RateLimit is { } rate && _watch.LastActivation < judgement.RecoveredSince - rate.Period)
        {
            // A run that got its place long before it began counted at that time.
            RateJudge.Judge(judgement, "The group", rate, attempts.Where(_watch.IsPrompt));
        }

        if (judgement.HasRestedLong && _said is { } said)
        {
            // Scheduled runs continue during the query, and get their places before they begin.
            var underWay =
                Truth.Attempts.Count(
                    a => a.Group == Group && a.BeganAt < _saidAt + RateJudge.Slack && !(a.EndedAt < _saidAt - RateJudge.Slack)
                        && !a.Silo.IsLost) + 1;
            judgement.Add(said.Running <= underWay, $"The group has {said.Running} runs under way, and {underWay - 1} are.");
        }
    }

    /// <summary>Records which activation granted which place.</summary>
    private sealed class GroupWatch(string group) : IGrainWatch
    {
        private readonly string _target = SimGrains.GroupPrefix + group;
        private readonly List<(DateTimeOffset At, SimActivation Activation)> _activations = [];
        private readonly List<(DateTimeOffset At, RunId Run, PlaceMark Ask, SimActivation Activation)> _grants = [];

        public DateTimeOffset LastActivation => _activations.Count > 0 ? _activations[^1].At : DateTimeOffset.MinValue;

        public void OnActivated(SimActivation activation)
        {
            if (activation.Target == _target)
            {
                _activations.Add((activation.Now, activation));
            }
        }

        public void OnAnswered(SimActivation activation, PendingCall call)
        {
            if (activation.Target == _target
                && call is { Method.Name: nameof(IRunGroupEngine.AcquireAsync), Called: Task<bool> { Result: true } })
            {
                _grants.Add((activation.Now, (RunId)call.Arguments[0]!, (PlaceMark)call.Arguments[2]!, activation));
            }
        }

        /// <summary>Returns whether an attempt began just after its run got its place.</summary>
        public bool IsPrompt(Truth.Attempt attempt) =>
            _grants.Where(g => g.Run == attempt.Run && g.At <= attempt.BeganAt).ToList() is [var only]
                && attempt.BeganAt - only.At <= RateJudge.Slack;

        /// <summary>Returns the activation that granted places at an instant.</summary>
        public (DateTimeOffset At, SimActivation Activation) At(DateTimeOffset instant) => _activations.Last(a => a.At <= instant);

        /// <summary>
        /// Returns whether an activation knew of an attempt: it granted the attempt's place, or the attempt executed already when the
        /// activation asked silos for theirs.
        /// </summary>
        public bool IsOf((DateTimeOffset At, SimActivation Activation) present, Truth.Attempt attempt) =>
            attempt.BeganAt < present.At
                || _grants.LastOrDefault(g => g.Run == attempt.Run && g.Ask == attempt.Place && g.At <= attempt.BeganAt).Activation
                    == present.Activation;
    }
}
