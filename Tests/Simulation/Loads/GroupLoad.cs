using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

/// <summary>Two tasks whose runs share the places of a group.</summary>
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
        _limits = new RunGroup { MaxConcurrentRuns = World.Chance.Next(1, 4), RateLimit = World.Happens(0.3) ? RateJudge.SomeLimit(World) : null };
        cluster.Watches.Add(_watch);
    }

    public override TaskPlan Shape(TaskPlan task) => task.Name is "t0" or "t1" ? (task with { Options = task.Options with { Group = Group } }).Limited() : task;

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
            // A run that had got its place from a grain that was lost since then, or moved, and began afterwards, is one that the next grain could not know of.
            var present = _watch.At(attempt.BeganAt);
            if (_watch.IsOf(present, attempt))
            {
                var beside = attempts.Where(a => a.IsUnderWayAt(attempt.BeganAt) && _watch.IsOf(present, a)).Select(static a => a.Run).Distinct().ToList();
                judgement.Add(beside.Count <= _limits.MaxConcurrentRuns, $"The group has {_limits.MaxConcurrentRuns} places, and at {attempt.BeganAt:mm:ss.fff} these are under way: {string.Join(", ", beside)}.");
            }
        }

        if (_limits.RateLimit is { } rate && _watch.LastActivation < judgement.RecoveredSince - rate.Period)
        {
            // One that got its place long before it began was counted then.
            RateJudge.Judge(judgement, "The group", rate, attempts.Where(_watch.IsPrompt));
        }

        if (judgement.HasRestedLong && _said is { } said)
        {
            // Runs of occurrences go on being made, and have their places before they begin.
            var underWay = Truth.Attempts.Count(a => a.Group == Group && a.BeganAt < _saidAt + RateJudge.Slack && !(a.EndedAt < _saidAt - RateJudge.Slack) && !a.Silo.IsLost) + 1;
            judgement.Add(said.Running <= underWay, $"The group has {said.Running} runs under way, and {underWay - 1} are.");
        }
    }

    /// <summary>Which activations gave which places.</summary>
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
            if (activation.Target == _target && call is { Method.Name: nameof(IRunGroupEngine.AcquireAsync), Called: Task<bool> { Result: true } })
            {
                _grants.Add((activation.Now, (RunId)call.Arguments[0]!, (PlaceMark)call.Arguments[2]!, activation));
            }
        }

        /// <summary>Whether an attempt began just after its run had got its place.</summary>
        public bool IsPrompt(Truth.Attempt attempt) => _grants.Where(g => g.Run == attempt.Run && g.At <= attempt.BeganAt).ToList() is [var only] && attempt.BeganAt - only.At <= RateJudge.Slack;

        /// <summary>The activation that gave out places at an instant.</summary>
        public (DateTimeOffset At, SimActivation Activation) At(DateTimeOffset instant) => _activations.Last(a => a.At <= instant);

        /// <summary>Whether an activation knew of an attempt: it gave the place that this attempt has, or the attempt was under way when it began to ask for those that are.</summary>
        public bool IsOf((DateTimeOffset At, SimActivation Activation) present, Truth.Attempt attempt) =>
            attempt.BeganAt < present.At || _grants.LastOrDefault(g => g.Run == attempt.Run && g.Ask == attempt.Place && g.At <= attempt.BeganAt).Activation == present.Activation;
    }
}
