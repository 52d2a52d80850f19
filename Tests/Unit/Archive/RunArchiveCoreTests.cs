using static OrleansTasks.Tests.Unit.Archive.RunArchiveBench;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests what an archive stores and finds after restarts, failures and a change of owner.</summary>
public sealed class RunArchiveCoreTests
{
    private readonly RunArchiveBench _bench = new();

    [Fact]
    public async Task Keep_OverRestarts_FindsAllOfThemOnce()
    {
        var expected = new List<TaskResult>();
        var random = new Random(3);
        for (var turn = 0; turn < 12; turn++)
        {
            var core = await _bench.OpenAsync();
            for (var n = 0; n < 30; n++)
            {
                var results = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Result(expected.Count + 1, random))
                    .Select(r => { expected.Add(r); return r; }).ToList();
                await core.KeepAsync([ToKeep(results)]);
            }

            // Some results arrive twice, as after an answer that was lost.
            await core.KeepAsync([ToKeep(expected.TakeLast(5))]);
            Assert.Equal(
                expected.OrderByDescending(static r => r.FinishedAt).ThenByDescending(static r => r.RunId.Value)
                    .Select(static r => r.RunId), await AllAsync(core, new RunQuery { Task = "t" }));
            core.Close();
        }

        // Merging leaves few small records.
        Assert.InRange(_bench.Storage.Keys.Count(), 1, 60);
        var last = await _bench.OpenAsync();
        foreach (var result in expected)
        {
            Assert.Equal(result.Error, (await last.Queries.ReadAsync(result.RunId))!.Error);
        }
    }

    [Fact]
    public async Task Keep_ByAReplacedOwner_IsNotAcknowledged()
    {
        var (first, second) = (await _bench.OpenAsync(), await _bench.OpenAsync());
        await first.KeepAsync([ToKeep([Result(1)])]);
        await second.KeepAsync([ToKeep([Result(2)])]);
        Assert.Equal(2, (await AllAsync(second, new RunQuery())).Count);

        await Assert.ThrowsAsync<PartitionMovedException>(() => first.KeepAsync([ToKeep([Result(3)])]));
        Assert.True(_bench.HasLeft);

        // Storage may contain the write that the earlier owner did not acknowledge.
        var all = await AllAsync(await _bench.OpenAsync(), new RunQuery());
        Assert.Equal(all.Distinct(), all);
        Assert.Contains(Id(1), all);
        Assert.Contains(Id(2), all);
    }

    /// <summary>Two owners of its task gave the run a number each, and both results arrive together.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task Keep_OfARunWithTwoNumbers_HasTheLaterOne(int first, int second)
    {
        var core = await _bench.OpenAsync();
        TaskResult Numbered(int sequence) =>
            Result(1) with { Sequence = sequence, Status = RunStatus.Failed, Error = $"no {sequence}", ErrorType = $"Error{sequence}" };
        await core.KeepAsync([ToKeep([Numbered(first), Result(3)]), ToKeep([Numbered(second), Result(4)])]);
        foreach (var opened in new[] { core, await _bench.OpenAsync() })
        {
            Assert.Equal([Id(4), Id(3), Id(1)], await AllAsync(opened, new RunQuery()));
            Assert.Equal([Id(1)], await AllAsync(opened, new RunQuery { ErrorType = "Error2" }));
            Assert.Equal("no 2", (await opened.Queries.ReadAsync(Id(1)))!.Error);
        }
    }

    [Fact]
    public async Task Keep_WriteResponseLost_HasTheRunOnce()
    {
        var core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep([Result(1)])]);
        _bench.Storage.WritesLate = "p0-t";
        core.KeepAsync([ToKeep([Result(2)])]).Ignore();
        _bench.Storage.WritesLate = null;
        core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep([Result(2)])]);
        _bench.Storage.Land();
        Assert.Equal(2, (await AllAsync(core, new RunQuery())).Count);
        Assert.Equal(2, (await AllAsync(await _bench.OpenAsync(), new RunQuery())).Count);
    }

    [Fact]
    public async Task Keep_BeyondItsTimeOrNumber_RemovesItFromStorageToo()
    {
        var core = await _bench.OpenAsync();
        var bound = new RunRetention { MaxRuns = 10 };
        for (var n = 0; n < 40; n++)
        {
            await core.KeepAsync(
                [ToKeep(Enumerable.Range(1, 20).Select(m => Result((n * 20) + m))) with { Succeeded = bound, Other = bound }]);
        }

        Assert.Equal(10, (await AllAsync(core, new RunQuery())).Count);

        // A result that was removed arrives again. The archive does not take it.
        await core.KeepAsync([ToKeep([Result(1)]) with { Succeeded = bound, Other = bound }]);
        Assert.Null(await core.Queries.ReadAsync(Id(1)));
        Assert.InRange(_bench.Storage.Keys.Count(), 1, 60);

        _bench.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await AllAsync(await _bench.OpenAsync(), new RunQuery()));
    }

    /// <summary>A busy task's runs arrive in large numbers. They are written once, and not again when they are merged.</summary>
    [Fact]
    public async Task Keep_ManyAtOnce_WritesThemOnceAndFindsThemAfterARestart()
    {
        var core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep([Result(1)])]);
        await core.KeepAsync([ToKeep(Numbered(2, 2_000))]);
        var written = _bench.Storage.Keys.Where(static k => k.EndsWith("-d", StringComparison.Ordinal)).ToList();
        Assert.Single(written);
        for (var n = 0; n < 40; n++)
        {
            await core.KeepAsync([ToKeep([Result(2_002 + n)])]);
        }

        Assert.Contains(_bench.Storage.Keys, static k => k.Contains("p0-s", StringComparison.Ordinal));
        Assert.Contains(written[0], _bench.Storage.Keys);
        foreach (var opened in new[] { core, await _bench.OpenAsync() })
        {
            Assert.Equal(2_041, (await AllAsync(opened, new RunQuery { Limit = 500 })).Count);
            Assert.Equal(1_500, (await opened.Queries.ReadAsync(Id(1_500)))!.Sequence);
        }
    }

    /// <summary>Runs that are pushed out in the order of their ends leave storage with their segments, which are not rewritten.</summary>
    [Fact]
    public async Task Keep_BeyondTheLimitAtOnce_RemovesOldSegments()
    {
        var bound = new RunRetention { MaxRuns = 3_000 };
        var core = await _bench.OpenAsync();
        for (var n = 0; n < 60; n++)
        {
            await core.KeepAsync([ToKeep(Numbered(1 + (n * 1_200), 1_200)) with { Succeeded = bound, Other = bound }]);
        }

        Assert.InRange(_bench.Storage.Keys.Count(), 1, 30);
        Assert.Equal(3_000, (await AllAsync(core, new RunQuery { Limit = 500 })).Count);
        core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep([Result(80_000)]) with { Succeeded = bound, Other = bound }]);
        Assert.Equal(3_000, (await AllAsync(core, new RunQuery { Limit = 500 })).Count);
        Assert.Equal(72_000, (await core.Queries.ReadAsync(Id(72_000)))!.Sequence);
    }

    /// <summary>The owner stopped after it had written the details, and before the rows that make them count.</summary>
    [Fact]
    public async Task Keep_StoppedBetweenTheRecordsOfASegment_LeavesNothing()
    {
        var core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep([Result(1)])]);
        _bench.Storage.Refuses = "p0-t1-1";
        _bench.Storage.RefusesAfter = 1;
        await Assert.ThrowsAsync<PartitionMovedException>(() => core.KeepAsync([ToKeep(Numbered(2, 2_000))]));
        Assert.Contains(_bench.Storage.Keys, static k => k.EndsWith("p0-t1-1-d", StringComparison.Ordinal));
        _bench.Storage.Refuses = null;

        core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep([Result(3_000)])]);
        Assert.Equal([Id(3_000), Id(1)], await AllAsync(await _bench.OpenAsync(), new RunQuery()));
        Assert.DoesNotContain(_bench.Storage.Keys, static k => k.EndsWith("-d", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_OfARunWhoseDetailsAreMissing_ReturnsNothing()
    {
        var core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep(Numbered(1, 2_000))]);
        _bench.Storage.Lose("-d");
        core = await _bench.OpenAsync();
        Assert.Null(await core.Queries.ReadAsync(Id(7)));
        await core.KeepAsync([ToKeep([Result(3_000)])]);
        Assert.Equal(3_000, (await core.Queries.ReadAsync(Id(3_000)))!.Sequence);
    }

    /// <summary>Searches lose only the runs in the unreadable record. The archive still finds all others and keeps new ones.</summary>
    [Theory]
    [InlineData("p0-t", false)]
    [InlineData("p0-t", true)]
    [InlineData("p0-s", false)]
    [InlineData("p0-s", true)]
    public async Task Open_WhereARecordCannotBeRead_FindsAndKeepsTheOthers(string part, bool isMissing)
    {
        var core = await _bench.OpenAsync();
        for (var n = 1; n <= 100; n++)
        {
            await core.KeepAsync([ToKeep([Result(n)])]);
        }

        var records = _bench.Storage.Keys.Where(k => k.Contains(part, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(records);
        if (isMissing)
        {
            _bench.Storage.Lose(records[^1]);
        }
        else
        {
            _bench.Storage.Spoils = records[^1];
        }

        core = await _bench.OpenAsync();
        var found = await AllAsync(core, new RunQuery());
        Assert.InRange(found.Count, part == "p0-t" ? 99 : 1, 99);
        await core.KeepAsync([ToKeep([Result(101)])]);
        Assert.Equal([Id(101), .. found], await AllAsync(await _bench.OpenAsync(), new RunQuery()));
    }

    [Fact]
    public async Task Clear_LeavesNothingInStorage()
    {
        var core = await _bench.OpenAsync();
        await core.KeepAsync([ToKeep(Enumerable.Range(1, 100).Select(n => Result(n)))]);
        await core.ClearAsync();
        Assert.Empty(await AllAsync(core, new RunQuery()));
        Assert.Single(_bench.Storage.Keys);
        await core.KeepAsync([ToKeep([Result(101)])]);
        Assert.Single(await AllAsync(await _bench.OpenAsync(), new RunQuery()));
    }
}
