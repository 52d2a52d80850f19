namespace OrleansTasks.Simulation;

/// <summary>Combines the requests of a history: those that each history has, and those that are chosen at random.</summary>
internal sealed class Loads
{
    private readonly SimClient _client;
    private readonly IReadOnlyList<Load> _chosen;
    private readonly TaskLoad _tasks;
    private readonly ArchiveLoad _archive;

    public Loads(SimClient client, SimCluster cluster)
    {
        _client = client;
        var chosen = new List<Load>();
        var follow = new FollowLoad(client);
        Choose(0.25, () => new GroupLoad(client, cluster));
        Choose(0.25, () => new LimitLoad(client, cluster));
        Choose(0.25, () => new ControlLoad(client));
        Choose(0.25, () => new ContinuationLoad(client, follow));
        Choose(0.3, () => new BatchLoad(client, follow));
        if (chosen.Exists(static l => l is ContinuationLoad or BatchLoad))
        {
            // This one is judged last, when the others have said which continuations they expect.
            chosen.Add(follow);
        }

        Choose(0.5, () => new SubscriberLoad(client, cluster));
        _chosen = chosen;
        _tasks = new TaskLoad(client, chosen);
        _archive = new ArchiveLoad(client);

        void Choose(double chance, Func<Load> make)
        {
            if (client.World.Happens(chance))
            {
                chosen.Add(make());
            }
        }
    }

    private IEnumerable<Load> All => [_tasks, .. _chosen, _archive];

    /// <summary>Starts the requests.</summary>
    public void Begin() => _client.Begin("The tasks were to be prepared", async () =>
    {
        var plans = _tasks.Plan();
        await Task.WhenAll(_chosen.Select(static l => l.PrepareAsync()));
        foreach (var load in All)
        {
            load.Begin(plans);
        }
    });

    /// <summary>Queries the cluster after recovery.</summary>
    public async Task ReadAsync(Judgement judgement)
    {
        foreach (var load in All)
        {
            await load.ReadAsync(judgement);
        }
    }

    public void Judge(Judgement judgement)
    {
        foreach (var load in All)
        {
            load.Judge(judgement);
        }
    }
}
