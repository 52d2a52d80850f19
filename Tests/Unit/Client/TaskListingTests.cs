using CsCheck;
using OrleansTasks.Client;
using OrleansTasks.Grains;

namespace OrleansTasks.Tests.Unit;

public sealed class TaskListingTests
{
    [Fact]
    public async Task ReadAsync_AnyPartitions_GivesAllNamesInOrdinalOrderUpToTheLimit()
    {
        var names = Gen.String[Gen.Char['A', 'z'], 1, 4].HashSet[0, 60];
        await Gen.Select(names, Gen.Int[1, 5], Gen.Int[0, 70].Nullable()).SampleAsync(async (all, partitions, limit) =>
        {
            var reader = new Partitions(all, partitions);
            var query = new TaskQuery { Limit = limit };

            var listed = await reader.ReadAsync(query);

            Assert.Equal(all.Order(StringComparer.Ordinal).Take(limit ?? int.MaxValue), listed);
        });
    }

    [Fact]
    public async Task ReadAsync_MoreThanAPage_ContinuesAfterTheLastName()
    {
        var all = Enumerable.Range(0, 1_000).Select(i => $"task-{i:d4}").ToHashSet();
        var reader = new Partitions(all, 2);

        Assert.Equal(all.Order(StringComparer.Ordinal), await reader.ReadAsync(new TaskQuery()));
        Assert.All(reader.Queries, q => Assert.Equal(200, q.Limit));
    }

    [Fact]
    public async Task ReadAsync_SmallLimit_ReadsOnePageOfItFromEach()
    {
        var reader = new Partitions(Enumerable.Range(0, 1_000).Select(i => $"task-{i:d4}").ToHashSet(), 4);

        await reader.ReadAsync(new TaskQuery { Limit = 3, After = "task-0500", Prefix = "task" });

        Assert.Equal(4, reader.Queries.Count);
        Assert.All(reader.Queries, q => Assert.Equal(new TaskQuery { Limit = 3, After = "task-0500", Prefix = "task" }, q));
    }

    [Fact]
    public async Task ReadAsync_LimitZero_MakesNoCall()
    {
        var reader = new Partitions(new HashSet<string> { "a" }, 1);

        Assert.Empty(await reader.ReadAsync(new TaskQuery { Limit = 0 }));
        Assert.Empty(reader.Queries);
    }

    private sealed class Partitions(IReadOnlySet<string> names, int count)
    {
        public List<TaskQuery> Queries { get; } = [];

        public async Task<List<string>> ReadAsync(TaskQuery query)
        {
            var listed = new List<string>();
            await foreach (var task in TaskListing.ReadAsync(count, query, PageAsync, CancellationToken.None))
            {
                listed.Add(task.Name);
            }

            return listed;
        }

        private Task<IReadOnlyList<TaskInfo>> PageAsync(int partition, TaskQuery query)
        {
            Queries.Add(query);
            IReadOnlyList<TaskInfo> page = [.. names
                .Where(n => PartitionMap.PartitionOf(n, count) == partition)
                .Order(StringComparer.Ordinal)
                .Select(n => new TaskInfo { Name = n, Handler = n })
                .Where(query.Matches)
                .Take(query.Limit!.Value)];
            return Task.FromResult(page);
        }
    }
}
