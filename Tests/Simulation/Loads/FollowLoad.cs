namespace OrleansTasks.Simulation;

/// <summary>A task whose runs follow other runs and batches: each that is to follow is made once, and there are no others.</summary>
/// <param name="client">Who asks.</param>
internal sealed class FollowLoad(SimClient client) : Load(client)
{
    public const string Name = "next";
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(10);
    private readonly Dictionary<RunId, (string What, DateTimeOffset? At)> _expected = [];

    public override IEnumerable<TaskPlan> OwnTasks =>
        [new(Name, new TaskOptions { HistoryLength = 10_000, MaxLosses = 100 }, null) { Handler = SimCluster.Quick, IsAskedFor = false }];

    /// <summary>A continuation by chance.</summary>
    public static Continuation Some(World world) => new(Name)
    {
        On = (ContinuationTrigger)world.Chance.Next(3),
        Pass = PassedArgument.None,
        Delay = world.Happens(0.2) ? world.Some(TimeSpan.Zero, TimeSpan.FromSeconds(3)) : null,
    };

    /// <summary>Takes that a run is to follow something.</summary>
    /// <param name="run">The run.</param>
    /// <param name="what">What it follows.</param>
    /// <param name="at">When that ended: what ends just before the cluster is asked may not have been followed yet.</param>
    public void Expect(Guid run, string what, DateTimeOffset? at) => _expected[new RunId(Name, run)] = (what, at);

    /// <summary>Registers it first: what is to follow while there is no such task does not.</summary>
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
            judgement.Add(results.Count == 1 || (results.Count == 0 && !(at < said.At - Slowest)), $"{run} is to follow {what}, and has {results.Count} results.");
        }

        if (judgement.ClocksWereWrong)
        {
            // An occurrence may be made for both times, and each is followed.
            return;
        }

        // What ended after the first task was asked is not known.
        var asked = judgement.Said.Min(static s => s.At);
        foreach (var run in Truth.Attempts.Where(a => a.Run.Task == Name && a.BeganAt < asked).Select(static a => a.Run).Distinct().Where(r => !_expected.ContainsKey(r)))
        {
            judgement.Add(false, $"{run} follows what is not to be followed, or follows it once more: {said.Results.FirstOrDefault(r => r.RunId == run)?.Parent}.");
        }
    }
}
