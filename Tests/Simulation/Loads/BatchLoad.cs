using OrleansTasks.Policies;

namespace OrleansTasks.Simulation;

/// <summary>Creates batches with runs of several tasks. A run may follow a batch, and some batches are cancelled.</summary>
/// <param name="client">The client.</param>
/// <param name="follow">The task whose runs follow.</param>
internal sealed class BatchLoad(SimClient client, FollowLoad follow) : Load(client)
{
    private readonly List<Batch> _batches = [];

    public override void Begin(IReadOnlyList<TaskPlan> tasks)
    {
        var names = tasks.Where(static t => t is { IsAskedFor: true, MayBeCancelled: false }).Select(static t => t.Name).ToList();
        for (var n = World.Chance.Next(1, 3); n > 0; n--)
        {
            Client.Begin("A batch was to be made", () => MakeAsync(names));
        }
    }

    public override async Task ReadAsync(Judgement judgement)
    {
        foreach (var batch in _batches)
        {
            batch.Said = await Client.CallAsync(_ => Client.BatchOf(batch.Id).DescribeAsync());
        }
    }

    public override void Judge(Judgement judgement)
    {
        foreach (var batch in _batches)
        {
            judgement.Add(batch.Said is not null || !batch.IsAcknowledged, $"{batch} was acknowledged and is not known.");
            if (batch.Said is { } said)
            {
                Judge(judgement, batch, said);
            }
        }
    }

    private async Task MakeAsync(List<string> tasks)
    {
        await Client.WaitAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(8));
        var batch = new Batch(World.NewId(), [.. Enumerable.Range(0, World.Chance.Next(2, 7)).Select(_ => SomeItem(tasks))],
            World.Happens(0.8) ? FollowLoad.Some(World) : null);
        _batches.Add(batch);
        var grain = Client.BatchOf(batch.Id);
        try
        {
            await Client.CallAsync(_ => grain.CreateAsync(new BatchRequest { Items = batch.Items, Then = batch.Then }));
        }
        catch (TaskNotFoundException)
        {
            // One of the tasks is not registered yet.
            return;
        }

        World.Tell($"{batch} is acknowledged");
        batch.IsAcknowledged = true;
        batch.Runs.ForEach(Truth.Expect);
        if (World.Happens(0.4))
        {
            await Client.WaitAsync(TimeSpan.Zero, TimeSpan.FromSeconds(4));
            batch.Runs.ForEach(Truth.CallOff);
            batch.MayBeCancelled = true;
            batch.IsCancelled = await Client.CallAsync(_ => grain.CancelAsync());
            World.Tell($"{batch} is cancelled: {batch.IsCancelled}");
        }
    }

    private BatchItem SomeItem(List<string> tasks) => new(tasks[World.Chance.Next(tasks.Count)], null, new DispatchOptions
    {
        Delay = World.Happens(0.3) ? World.Some(TimeSpan.Zero, TimeSpan.FromSeconds(5)) : null,
        Guarantee = World.Happens(0.5) ? RunGuarantee.AtLeastOnce : RunGuarantee.AtMostOnce,
    });

    private void Judge(Judgement judgement, Batch batch, BatchInfo said)
    {
        judgement.Add(said.FinishedAt is not null && said.Pending == 0 && said.Total == batch.Items.Count,
            $"{batch} has not ended: {said.Pending} of {said.Total} are pending.");
        judgement.Add(said.Errors.Count == 0, $"{batch} says of its runs: {string.Join(", ", said.Errors)}.");
        judgement.Add(batch.IsCancelled is not { } cancelled || cancelled == (said.Status == BatchStatus.Cancelled),
            $"{batch} was to be cancelled, which was answered by {batch.IsCancelled}, and is {said.Status}.");
        judgement.Add(batch.MayBeCancelled || said.CancelledAt is null, $"{batch} is cancelled, and nobody cancelled it.");
        var ends = new List<RunStatus>();
        foreach (var run in batch.Runs)
        {
            var results = judgement.SaidOf(run.Task)?.Results.Where(r => r.RunId == run).ToList() ?? [];
            var wasNeverThere = results.Count == 0 && said.CancelledAt is not null && !Truth.Attempts.Any(a => a.Run == run);
            judgement.Add(results.Count == 1 || wasNeverThere, $"{run} of {batch} has {results.Count} results.");
            ends.Add(results.Count > 0 ? results[0].Status : RunStatus.Cancelled);
        }

        var (succeeded, stopped) = (ends.Count(static e => e == RunStatus.Succeeded), ends.Count(static e => e == RunStatus.Cancelled));
        judgement.Add(
            (said.Succeeded, said.Cancelled) == (succeeded, stopped),
            $"{batch} says that {said.Succeeded} succeeded, {said.Failed} failed and {said.Cancelled} were cancelled; its runs say "
                + $"{string.Join(", ", ends)}.");
        var follows = batch.Then?.On switch
        {
            null => false,
            ContinuationTrigger.Succeeded => succeeded == said.Total && said.CancelledAt is null,
            ContinuationTrigger.Failed => succeeded < said.Total || said.CancelledAt is not null,
            _ => true,
        };
        if (follows)
        {
            follow.Expect(Followers.IdOf(batch.Id.ToString("N"), -1), $"{batch}", said.FinishedAt);
        }

        judgement.Add(said.Then is not null == follows, $"{batch} is {(follows ? "" : "not ")}to be followed, and says {said.Then}.");
    }

    private sealed class Batch(Guid id, IReadOnlyList<BatchItem> items, Continuation? then)
    {
        public Guid Id => id;

        public IReadOnlyList<BatchItem> Items => items;

        public Continuation? Then => then;

        /// <summary>Gets the runs, whose ids derive from the batch's id.</summary>
        public List<RunId> Runs { get; } = [.. items.Select((item, n) => new RunId(item.Task, Followers.IdOf(id.ToString("N"), n)))];

        public bool IsAcknowledged { get; set; }

        /// <summary>Gets or sets whether a client has begun to cancel the batch.</summary>
        public bool MayBeCancelled { get; set; }

        /// <summary>Gets or sets the answer to the cancellation; null without an answer.</summary>
        public bool? IsCancelled { get; set; }

        /// <summary>Gets or sets what the cluster finally says about the batch; null if it does not know the batch.</summary>
        public BatchInfo? Said { get; set; }

        public override string ToString() => $"The batch {id:N}";
    }
}
