using static OrleansTasks.Tests.Unit.Archive.RunArchiveBench;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests what searches in an archive find, and in which order.</summary>
public sealed class RunArchiveSearchTests
{
    private readonly RunArchiveBench _bench = new();

    [Fact]
    public async Task Find_WithEachCondition_MatchesASimpleSearch()
    {
        var random = new Random(11);
        var results = Enumerable.Range(1, 400).Select(n => Result(n, random)).ToList();
        var core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep(results) with { Handler = "h", Group = "g", Tags = ["a", "b"] }]);
        await CheckAsync(new RunQuery { Statuses = [RunStatus.Failed, RunStatus.Lost] },
            static r => r.Status is RunStatus.Failed or RunStatus.Lost);
        await CheckAsync(new RunQuery { Handler = "h", Group = "g", Tag = "B" }, static _ => true);
        await CheckAsync(new RunQuery { Handler = "x" }, static _ => false);
        await CheckAsync(new RunQuery { ErrorType = "TimeoutException" }, static r => r.ErrorType == "System.TimeoutException");
        await CheckAsync(new RunQuery { Headers = new Dictionary<string, string> { ["TENANT"] = "3" } },
            static r => r.Headers.TryGetValue("tenant", out var tenant) && tenant == "3");
        await CheckAsync(new RunQuery { Silo = "S127.0.0.1:1" },
            static r => r.Silo?.StartsWith("S127.0.0.1:1", StringComparison.Ordinal) == true);
        await CheckAsync(new RunQuery { Trigger = RunTrigger.Schedule }, static r => r.Trigger == RunTrigger.Schedule);
        await CheckAsync(new RunQuery { From = Start.AddMinutes(10), To = Start.AddMinutes(20) },
            static r => r.FinishedAt >= Start.AddMinutes(10) && r.FinishedAt < Start.AddMinutes(20));
        await CheckAsync(new RunQuery { MinDuration = TimeSpan.FromSeconds(2) },
            static r => r.FinishedAt - r.StartedAt >= TimeSpan.FromSeconds(2));
        await CheckAsync(new RunQuery { MinLateness = TimeSpan.FromMilliseconds(500) },
            static r => r.StartedAt - r.ScheduledAt >= TimeSpan.FromMilliseconds(500));
        await CheckAsync(new RunQuery { Text = "ORDER-47" },
            static r => r.Arguments?.ToString().Contains("order-47", StringComparison.Ordinal) == true);
        await CheckAsync(new RunQuery { Batch = Batch }, static r => r.Batch?.Batch == Batch);

        async Task CheckAsync(RunQuery query, Func<TaskResult, bool> fits)
        {
            foreach (var ascending in new[] { false, true })
            {
                var expected = results.Where(fits).OrderBy(static r => r.FinishedAt).ThenBy(static r => r.RunId.Value)
                    .Select(static r => r.RunId);
                Assert.Equal(ascending ? expected : expected.Reverse(), await AllAsync(core, query with { Ascending = ascending }));
            }

            Assert.Equal(results.Count(fits), (await core.Queries.CountAsync(query, RunCountBy.Status)).Values.Sum());
        }
    }

    [Theory]
    [InlineData(RunSort.Due)]
    [InlineData(RunSort.Started)]
    [InlineData(RunSort.Duration)]
    [InlineData(RunSort.Lateness)]
    public async Task Find_InEachOrder_GivesPagesThatAreStable(RunSort sort)
    {
        var random = new Random(5);
        var core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep(Enumerable.Range(1, 200).Select(n => Result(n, random)))]);
        var query = new RunQuery { Sort = sort, Limit = 7 };
        var first = await core.Queries.RankAsync(query);

        // A run that ends between two pages does not move the later pages.
        var before = await AllAsync(core, query with { After = first.Through!.Value.ToString(sort) });
        var all = await AllAsync(core, query);
        Assert.Equal(200, all.Distinct().Count());
        Assert.Equal(all.Skip(7), before);
    }

    /// <summary>A run names the last run that retried it, as long as that one is kept.</summary>
    [Fact]
    public async Task Read_OfARetriedRun_NamesItsLastRetry()
    {
        var core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep([Result(1), Result(2), Result(3) with { RetryOf = Id(1) }])]);
        await core.KeepAsync([ToKeep([Result(4) with { RetryOf = Id(1) }, Result(5) with { RetryOf = new RunId("other", Id(2).Value) }])]);
        foreach (var opened in new[] { core, await _bench.OpenAsync() })
        {
            var read = await opened.Queries.ReadAsync([Id(1), Id(2), Id(4)]);
            Assert.Equal([Id(4), null, null], read.Select(static r => r.RetriedBy));
        }

        var bound = new RunRetention { MaxRuns = 2 };
        await core.KeepAsync([ToKeep(Numbered(6, 2)) with { Succeeded = bound, Other = bound }]);
        Assert.Null(core.Queries.RetryOf(Id(1)));
    }
}
