namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests how tasks are found in all partitions of a cluster, and what silos report about themselves.</summary>
public sealed class ListingTests
{
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task TasksAndHandlers_OfTwoSilos_AreFoundAndCounted()
    {
        await using var cluster = await TestCluster.StartAsync(2, (tasks, silo) =>
        {
            tasks.Define("square", (int n, string? note = null) => n * n);
            if (silo == 0)
            {
                tasks.Define("only-here", () => { });
            }
        });
        var client = cluster.Client;
        for (var i = 0; i < 30; i++)
        {
            await client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = $"Square-{i:d2}",
                    Handler = "square",
                    Schedule = TaskSchedule.Every(TimeSpan.FromHours(30 - i)),
                    Arguments = [i],
                    Options = new TaskOptions { Tags = [i % 3 == 0 ? "third" : "other"] },
                },
                TestCluster.Stop);
        }

        var query = new TaskQuery { Search = "square-", Tag = "Third", Order = TaskOrder.NextDue, Limit = 4 };
        var first = await ListAsync(client, query);
        var second = await ListAsync(client, query.From(first[^1]));
        Assert.Equal(["Square-27", "Square-24", "Square-21", "Square-18", "Square-15", "Square-12", "Square-09", "Square-06"],
            first.Concat(second).Select(t => t.Name));
        Assert.Equal(10, await client.CountAsync(query, TestCluster.Stop));

        await client.GetTask("Square-29").PauseAsync("note", ct: TestCluster.Stop);
        var overview = await client.GetOverviewAsync(TestCluster.Stop);
        while (overview.Paused == 0)
        {
            // The overview may be a second old.
            overview = await client.GetOverviewAsync(TestCluster.Stop);
        }

        Assert.Equal((31L, 1L, 29L, 0L), (overview.Active, overview.Paused, overview.Scheduled, overview.WithoutHandler));
        Assert.Equal(("Square-29", "note"), (overview.LastPaused.Single().Name, overview.LastPaused.Single().PauseNote));
        Assert.Equal("Square-28", overview.NextDue[0].Name);
        Assert.Equal(2, overview.Silos.Count);

        var handlers = await client.GetHandlersAsync(TestCluster.Stop);
        Assert.Equal([("only-here", 1), ("square", 2)], handlers.Select(h => (h.Name, h.Silos.Count)));
        Assert.Equal([("n", "int", false), ("note", "string", true)], handlers[1].Parameters.Select(p => (p.Name, p.Type, p.Optional)));
    }

    private static async Task<List<TaskInfo>> ListAsync(ITaskClient client, TaskQuery query)
    {
        var tasks = new List<TaskInfo>();
        await foreach (var task in client.ListAsync(query, TestCluster.Stop))
        {
            tasks.Add(task);
        }

        return tasks;
    }
}
