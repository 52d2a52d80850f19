using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Storage;

/// <summary>Represents a sequence of commits and checkpoints. Some commits wait for the ones before them.</summary>
internal sealed record Workload(IReadOnlyList<Workload.Step> Steps)
{
    internal sealed record Step(IReadOnlyList<LogChange> Changes, bool Wait, bool Checkpoint);

    public static Workload Random(int seed, int length)
    {
        var random = new Random(seed);
        var steps = new List<Step>();
        for (var i = 0; i < length; i++)
        {
            var changes = Enumerable.Range(0, random.Next(1, random.Next(10) == 0 ? 15 : 4))
                .Select(
                    _ => new LogChange($"k{random.Next(12)}", random.Next(4) == 0 ? null : $"\"{i}-{new string('v', random.Next(40))}\""))
                .ToList();
            steps.Add(new Step(changes, random.Next(3) > 0, random.Next(25) == 0));
        }

        return new Workload(steps);
    }

    /// <summary>
    /// Runs the workload on a partition until it ends or storage crashes. Then the partition must hold the result of the first n commits,
    /// including all acknowledged ones.
    /// </summary>
    public async Task RunAndCheckAsync(StoredRows rows, FaultyStorage storage, PartitionLogOptions options)
    {
        var before = new Dictionary<string, string>((await TestOwner.OpenAsync(new FaultyStorage(rows), options)).State);
        var commits = new List<Task>();
        await await Task.WhenAny(RunAsync(storage, options, commits), storage.Crashed);
        var acknowledged = commits.TakeWhile(c => c.IsCompletedSuccessfully).Count();
        Xunit.Assert.DoesNotContain(commits.Skip(acknowledged), c => c.IsCompletedSuccessfully);

        var found = (await TestOwner.OpenAsync(new FaultyStorage(rows), options)).State;

        var matches = Same(before, found) && acknowledged == 0;
        for (var i = 0; i < commits.Count && !matches; i++)
        {
            TestOwner.Apply(before, Steps[i].Changes);
            matches = i + 1 >= acknowledged && Same(before, found);
        }

        Xunit.Assert.True(matches,
            $"After {storage.Calls} calls and {acknowledged} of {commits.Count} commits acknowledged the items are those of no allowed "
                + "moment.");
    }

    private static bool Same(Dictionary<string, string> expected, IReadOnlyDictionary<string, string> found)
        => expected.Count == found.Count && expected.All(e => found.TryGetValue(e.Key, out var v) && v == e.Value);

    private async Task RunAsync(FaultyStorage storage, PartitionLogOptions options, List<Task> commits)
    {
        var owner = await TestOwner.OpenAsync(storage, options);
        foreach (var step in Steps)
        {
            if (!owner.Log.HasRoomFor(step.Changes))
            {
                await Task.WhenAll(commits);
            }

            commits.Add(owner.CommitAsync(step.Changes));
            if (step.Checkpoint)
            {
                _ = owner.Log.CheckpointAsync();
            }

            if (step.Wait)
            {
                await commits[^1];
            }
        }

        await Task.WhenAll(commits);
        await owner.Log.CloseAsync();
    }
}
