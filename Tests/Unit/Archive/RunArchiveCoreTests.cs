using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Archive;
using OrleansTasks.Calls;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests what an archive stores and finds after restarts, failures and a change of owner.</summary>
public sealed class RunArchiveCoreTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly MemoryStorage _storage = new();
    private readonly FakeTimeProvider _clock = new(Start);
    private readonly TasksOptions _options = new();
    private bool _hasLeft;

    [Fact]
    public async Task Keep_OverRestarts_FindsAllOfThemOnce()
    {
        var expected = new List<TaskResult>();
        var random = new Random(3);
        for (var turn = 0; turn < 12; turn++)
        {
            var core = await OpenAsync();
            for (var n = 0; n < 30; n++)
            {
                var results = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Result(expected.Count + 1, random))
                    .Select(r => { expected.Add(r); return r; }).ToList();
                await core.KeepAsync([Runs(results)]);
            }

            // Some results arrive twice, as after an answer that was lost.
            await core.KeepAsync([Runs(expected.TakeLast(5))]);
            Assert.Equal(
                expected.OrderByDescending(static r => r.FinishedAt).ThenByDescending(static r => r.RunId.Value)
                    .Select(static r => r.RunId), await AllAsync(core, new RunQuery { Task = "t" }));
            core.Close();
        }

        // Merging leaves few small records.
        Assert.InRange(_storage.Keys.Count(), 1, 60);
        var last = await OpenAsync();
        foreach (var result in expected)
        {
            Assert.Equal(result.Error, (await last.Queries.ReadAsync(result.RunId))!.Error);
        }
    }

    [Fact]
    public async Task Keep_ByAReplacedOwner_IsNotAcknowledged()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        await first.KeepAsync([Runs([Result(1)])]);
        await second.KeepAsync([Runs([Result(2)])]);
        Assert.Equal(2, (await AllAsync(second, new RunQuery())).Count);

        await Assert.ThrowsAsync<PartitionMovedException>(() => first.KeepAsync([Runs([Result(3)])]));
        Assert.True(_hasLeft);

        // Storage may contain the write that the earlier owner did not acknowledge.
        var all = await AllAsync(await OpenAsync(), new RunQuery());
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
        var core = await OpenAsync();
        TaskResult Numbered(int sequence) =>
            Result(1) with { Sequence = sequence, Status = RunStatus.Failed, Error = $"no {sequence}", ErrorType = $"Error{sequence}" };
        await core.KeepAsync([Runs([Numbered(first), Result(3)]), Runs([Numbered(second), Result(4)])]);
        foreach (var opened in new[] { core, await OpenAsync() })
        {
            Assert.Equal([Id(4), Id(3), Id(1)], await AllAsync(opened, new RunQuery()));
            Assert.Equal([Id(1)], await AllAsync(opened, new RunQuery { ErrorType = "Error2" }));
            Assert.Equal("no 2", (await opened.Queries.ReadAsync(Id(1)))!.Error);
        }
    }

    /// <summary>A mark survives restarts, merges, and a result that arrives again; the run keeps its place.</summary>
    [Fact]
    public async Task Mark_OverRestartsAndMerges_IsKept()
    {
        var core = await OpenAsync();
        TaskResult Failed(int n) => Result(n) with { Status = RunStatus.Failed, Error = $"no {n}" };
        await core.KeepAsync([Runs([Failed(1), Failed(2), Failed(3)])]);
        Assert.Null(await core.MarkAsync(Id(9), new RunMark { State = DeadLetterState.Discarded }));
        await Task.WhenAll(
            core.MarkAsync(Id(1), new RunMark { State = DeadLetterState.Acknowledged, By = "ann", Note = "disk" }),
            core.MarkAsync(Id(1), new RunMark { State = DeadLetterState.Acknowledged, By = "ann", Note = "disk" }),
            core.MarkAsync(Id(2), new RunMark { State = DeadLetterState.Discarded, By = "bob" }));
        for (var turn = 0; turn < 4; turn++)
        {
            Assert.Equal([Id(3)], await AllAsync(core, new RunQuery { DeadLetters = [DeadLetterState.Open] }));
            Assert.Equal([Id(2), Id(1)],
                await AllAsync(core, new RunQuery { DeadLetters = [DeadLetterState.Acknowledged, DeadLetterState.Discarded] }));
            var mark = Assert.Single((await core.Queries.ReadAsync(Id(1)))!.Marks);
            Assert.Equal((DeadLetterState.Acknowledged, Start, "ann", "disk"), (mark.State, mark.At, mark.By, mark.Note));

            // The result comes again, and enough others that the small records are merged.
            await core.KeepAsync([Runs([Failed(1) with { Sequence = 1_000 }])]);
            for (var n = 0; n < 40; n++)
            {
                await core.KeepAsync([Runs([Result(100 + (turn * 40) + n)])]);
            }

            core.Close();
            core = await OpenAsync();
        }
    }

    /// <summary>If a mark could not be stored, the run is as it was, and the mark can be repeated.</summary>
    [Fact]
    public async Task Mark_ByAReplacedOwner_IsNotAcknowledged()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        await first.KeepAsync([Runs([Result(1) with { Status = RunStatus.Lost }])]);
        await second.KeepAsync([Runs([Result(2) with { Status = RunStatus.Lost }])]);
        await Assert.ThrowsAsync<PartitionMovedException>(
            () => first.MarkAsync(Id(1), new RunMark { State = DeadLetterState.Acknowledged }));
        Assert.Single((await second.MarkAsync(Id(1), new RunMark { State = DeadLetterState.Acknowledged }))!.Marks);
        Assert.Equal([Id(1)], await AllAsync(await OpenAsync(), new RunQuery { DeadLetters = [DeadLetterState.Acknowledged] }));
    }

    [Fact]
    public async Task Keep_WriteResponseLost_HasTheRunOnce()
    {
        var core = await OpenAsync();
        await core.KeepAsync([Runs([Result(1)])]);
        _storage.WritesLate = "p0-t";
        core.KeepAsync([Runs([Result(2)])]).Ignore();
        _storage.WritesLate = null;
        core = await OpenAsync();
        await core.KeepAsync([Runs([Result(2)])]);
        _storage.Land();
        Assert.Equal(2, (await AllAsync(core, new RunQuery())).Count);
        Assert.Equal(2, (await AllAsync(await OpenAsync(), new RunQuery())).Count);
    }

    [Fact]
    public async Task Find_WithEachCondition_MatchesASimpleSearch()
    {
        var random = new Random(11);
        var results = Enumerable.Range(1, 400).Select(n => Result(n, random)).ToList();
        var core = await OpenAsync();
        await core.KeepAsync([Runs(results) with { Handler = "h", Group = "g", Tags = ["a", "b"] }]);
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
        var core = await OpenAsync();
        await core.KeepAsync([Runs(Enumerable.Range(1, 200).Select(n => Result(n, random)))]);
        var query = new RunQuery { Sort = sort, Limit = 7 };
        var first = await core.Queries.RankAsync(query);

        // A run that ends between two pages does not move the later pages.
        var before = await AllAsync(core, query with { After = first.Through!.Value.ToString(sort) });
        var all = await AllAsync(core, query);
        Assert.Equal(200, all.Distinct().Count());
        Assert.Equal(all.Skip(7), before);
    }

    [Fact]
    public async Task Keep_BeyondItsTimeOrNumber_RemovesItFromStorageToo()
    {
        var core = await OpenAsync();
        var bound = new RunRetention { MaxRuns = 10 };
        for (var n = 0; n < 40; n++)
        {
            await core.KeepAsync(
                [Runs(Enumerable.Range(1, 20).Select(m => Result((n * 20) + m))) with { Succeeded = bound, Other = bound }]);
        }

        Assert.Equal(10, (await AllAsync(core, new RunQuery())).Count);

        // A result that was removed arrives again. The archive does not take it.
        await core.KeepAsync([Runs([Result(1)]) with { Succeeded = bound, Other = bound }]);
        Assert.Null(await core.Queries.ReadAsync(Id(1)));
        Assert.InRange(_storage.Keys.Count(), 1, 60);

        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await AllAsync(await OpenAsync(), new RunQuery()));
    }

    /// <summary>A run names the last run that retried it, as long as that one is kept.</summary>
    [Fact]
    public async Task Read_OfARetriedRun_NamesItsLastRetry()
    {
        var core = await OpenAsync();
        await core.KeepAsync([Runs([Result(1), Result(2), Result(3) with { RetryOf = Id(1) }])]);
        await core.KeepAsync([Runs([Result(4) with { RetryOf = Id(1) }, Result(5) with { RetryOf = new RunId("other", Id(2).Value) }])]);
        foreach (var opened in new[] { core, await OpenAsync() })
        {
            var read = await opened.Queries.ReadAsync([Id(1), Id(2), Id(4)]);
            Assert.Equal([Id(4), null, null], read.Select(static r => r.RetriedBy));
        }

        var bound = new RunRetention { MaxRuns = 2 };
        await core.KeepAsync([Runs(Numbered(6, 2)) with { Succeeded = bound, Other = bound }]);
        Assert.Null(core.Queries.RetryOf(Id(1)));
    }

    /// <summary>A busy task's runs arrive in large numbers. They are written once, and not again when they are merged.</summary>
    [Fact]
    public async Task Keep_ManyAtOnce_WritesThemOnceAndFindsThemAfterARestart()
    {
        var core = await OpenAsync();
        await core.KeepAsync([Runs([Result(1)])]);
        await core.KeepAsync([Runs(Numbered(2, 2_000))]);
        var written = _storage.Keys.Where(static k => k.EndsWith("-d", StringComparison.Ordinal)).ToList();
        Assert.Single(written);
        for (var n = 0; n < 40; n++)
        {
            await core.KeepAsync([Runs([Result(2_002 + n)])]);
        }

        Assert.Contains(_storage.Keys, static k => k.Contains("p0-s", StringComparison.Ordinal));
        Assert.Contains(written[0], _storage.Keys);
        foreach (var opened in new[] { core, await OpenAsync() })
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
        var core = await OpenAsync();
        for (var n = 0; n < 60; n++)
        {
            await core.KeepAsync([Runs(Numbered(1 + (n * 1_200), 1_200)) with { Succeeded = bound, Other = bound }]);
        }

        Assert.InRange(_storage.Keys.Count(), 1, 30);
        Assert.Equal(3_000, (await AllAsync(core, new RunQuery { Limit = 500 })).Count);
        core = await OpenAsync();
        await core.KeepAsync([Runs([Result(80_000)]) with { Succeeded = bound, Other = bound }]);
        Assert.Equal(3_000, (await AllAsync(core, new RunQuery { Limit = 500 })).Count);
        Assert.Equal(72_000, (await core.Queries.ReadAsync(Id(72_000)))!.Sequence);
    }

    /// <summary>The owner stopped after it had written the details, and before the rows that make them count.</summary>
    [Fact]
    public async Task Keep_StoppedBetweenTheRecordsOfASegment_LeavesNothing()
    {
        var core = await OpenAsync();
        await core.KeepAsync([Runs([Result(1)])]);
        _storage.Refuses = "p0-t1-1";
        _storage.RefusesAfter = 1;
        await Assert.ThrowsAsync<PartitionMovedException>(() => core.KeepAsync([Runs(Numbered(2, 2_000))]));
        Assert.Contains(_storage.Keys, static k => k.EndsWith("p0-t1-1-d", StringComparison.Ordinal));
        _storage.Refuses = null;

        core = await OpenAsync();
        await core.KeepAsync([Runs([Result(3_000)])]);
        Assert.Equal([Id(3_000), Id(1)], await AllAsync(await OpenAsync(), new RunQuery()));
        Assert.DoesNotContain(_storage.Keys, static k => k.EndsWith("-d", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_OfARunWhoseDetailsAreMissing_ReturnsNothing()
    {
        var core = await OpenAsync();
        await core.KeepAsync([Runs(Numbered(1, 2_000))]);
        _storage.Lose("-d");
        core = await OpenAsync();
        Assert.Null(await core.Queries.ReadAsync(Id(7)));
        await core.KeepAsync([Runs([Result(3_000)])]);
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
        var core = await OpenAsync();
        for (var n = 1; n <= 100; n++)
        {
            await core.KeepAsync([Runs([Result(n)])]);
        }

        var records = _storage.Keys.Where(k => k.Contains(part, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(records);
        if (isMissing)
        {
            _storage.Lose(records[^1]);
        }
        else
        {
            _storage.Spoils = records[^1];
        }

        core = await OpenAsync();
        var found = await AllAsync(core, new RunQuery());
        Assert.InRange(found.Count, part == "p0-t" ? 99 : 1, 99);
        await core.KeepAsync([Runs([Result(101)])]);
        Assert.Equal([Id(101), .. found], await AllAsync(await OpenAsync(), new RunQuery()));
    }

    [Fact]
    public async Task Clear_LeavesNothingInStorage()
    {
        var core = await OpenAsync();
        await core.KeepAsync([Runs(Enumerable.Range(1, 100).Select(n => Result(n)))]);
        await core.ClearAsync();
        Assert.Empty(await AllAsync(core, new RunQuery()));
        Assert.Single(_storage.Keys);
        await core.KeepAsync([Runs([Result(101)])]);
        Assert.Single(await AllAsync(await OpenAsync(), new RunQuery()));
    }

    private static readonly Guid Batch = Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab");

    private static RunId Id(int n) => new("t", new Guid(n, 0, 0, new byte[8]));

    private static IEnumerable<TaskResult> Numbered(int first, int count) => Enumerable.Range(first, count).Select(static n => Result(n));

    private static RunsToKeep Runs(IEnumerable<TaskResult> results) =>
        new() { Task = "t", Succeeded = RunRetention.Succeeded, Other = RunRetention.Other, Results = [.. results] };

    private static TaskResult Result(int n, Random? random = null)
    {
        var due = Start.AddSeconds(n);
        var result = new TaskResult
        {
            RunId = Id(n),
            Sequence = n,
            Status = RunStatus.Succeeded,
            ScheduledAt = due,
            StartedAt = due,
            FinishedAt = due.AddSeconds(1),
            Attempt = 1,
            Silo = "S127.0.0.1:11111:1"
        };
        if (random is null)
        {
            return result;
        }

        result = result with
        {
            StartedAt = due.AddMilliseconds(random.Next(1000)),
            Trigger = (RunTrigger)random.Next(6),
            Silo = $"S127.0.0.1:{random.Next(1, 30)}:1",
            Arguments = TaskArguments.Named(("order", $"order-{random.Next(100)}"))
        };
        result = result with
        {
            FinishedAt = due.AddMilliseconds(1000 + random.Next(3000)),
            Batch = random.Next(10) == 0 ? new BatchMember(Batch, n) : null
        };
        return random.Next(4) switch
        {
            0 => result with
            {
                Status = RunStatus.Failed,
                Error = $"no {n}",
                ErrorType = random.Next(2) == 0 ? "System.TimeoutException" : "System.IO.IOException"
            },
            1 => result with
            {
                Status = RunStatus.Lost,
                StartedAt = null,
                Headers = new Dictionary<string, string> { ["tenant"] = $"{random.Next(5)}" }
            },
            _ => result,
        };
    }

    private static async Task<List<RunId>> AllAsync(RunArchiveCore core, RunQuery query)
    {
        var (all, next) = (new List<RunId>(), query with { Limit = query.Limit ?? 33 });
        while (true)
        {
            var page = await core.Queries.RankAsync(next);
            all.AddRange(page.Runs.Select(static r => r.Run));
            if (page.Through is not { } place)
            {
                return all;
            }

            next = next with { After = place.ToString(query.Sort) };
        }
    }

    private async Task<RunArchiveCore> OpenAsync()
    {
        var services = new ArchiveServices(_storage, new StorageHealth(NullLogger.Instance, _clock), Options.Create(_options), _clock,
            _clock, FakeOf<IGrainFactory>.New().Face, NullLogger<RunArchiveGrain>.Instance);
        var core = new RunArchiveCore(services, 0, static (_, _) => null!, () => _hasLeft = true);
        await core.OpenAsync();
        return core;
    }
}
