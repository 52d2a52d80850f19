namespace OrleansTasks.Simulation;

/// <summary>Checks a task whose runs follow other runs and batches: each expected run has one result, and there are no others.</summary>
/// <param name="client">The client.</param>
internal sealed class FollowLoad(SimClient client) : Load(client)
{
    public const string Name = "next";
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(10);
    private readonly Dictionary<RunId, (string What, DateTimeOffset? At)> _expected = [];

    public override IEnumerable<TaskPlan> OwnTasks =>
        [new(Name, new TaskOptions { HistoryLength = 10_000, MaxLosses = 100 }, null) { Handler = SimCluster.Quick, IsAskedFor = false }];

    /// <summary>Returns a random continuation.</summary>
    public static Continuation Some(World world) => new(Name)
    {
        On = (ContinuationTrigger)world.Chance.Next(3),
        Pass = PassedArgument.None,
        Delay = world.Happens(0.2) ? world.Some(TimeSpan.Zero, TimeSpan.FromSeconds(3)) : null,
    };

    /// <summary>Expects a run that follows something.</summary>
    /// <param name="run">The run.</param>
    /// <param name="what">What it follows.</param>
    /// <param name="at">
    /// When the predecessor ended. If that was just before the cluster was asked, its continuation may not have run yet.
    /// </param>
    public void Expect(Guid run, string what, DateTimeOffset? at) => _expected[new RunId(Name, run)] = (what, at);

    /// <summary>Registers the task before all others, because a continuation of an unknown task does not run.</summary>
    public override async Task PrepareAsync()
    {
        var request = World.NewId();
        await Client.CallAsync(_ => Client.PartitionOf(Name).RegisterAsync(OwnTasks.First().ToRegistration(), null, request));
    }

    public override void Judge(Judgement judgement)
    {
        if (judgement.SaidOf(Name) is not { } said)
        {
            return;
        }

        foreach (var (run, (what, at)) in _expected)
        {
            var results = said.Results.Where(r => r.RunId == run).ToList();
            judgement.Add(results.Count == 1 || (results.Count == 0 && !(at < said.At - Slowest)),
                $"{run} is to follow {what}, and has {results.Count} results.");
        }

        if (judgement.ClocksWereWrong)
        {
            // An occurrence may run once by each time, and each of these runs has a continuation.
            return;
        }

        // Nothing is known about runs that ended after the first task was asked.
        var asked = judgement.Said.Min(static s => s.At);
        foreach (var run in Truth.Attempts.Where(a => a.Run.Task == Name && a.BeganAt < asked).Select(static a => a.Run).Distinct()
            .Where(r => !_expected.ContainsKey(r)))
        {
            judgement.Add(false,
                $"{run} follows what is not to be followed, or follows it once more: "
                    + $"{said.Results.FirstOrDefault(r => r.RunId == run)?.Parent}.");
        }
    }
}
