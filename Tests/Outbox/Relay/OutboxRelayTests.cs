using System.Diagnostics;
using Microsoft.Data.Sqlite;
using OrleansTasks.Outbox.Relay;

namespace OrleansTasks.Tests.Outbox.Relay;

/// <summary>Tests relays on real databases, with a fake cluster.</summary>
public sealed class OutboxRelayTests(OutboxDatabases databases)
{
    private const string Rows = "SELECT COUNT(*) FROM orleanstasks_outbox";
    private static readonly TaskOutbox Outbox = new();

    public static TheoryData<OutboxDatabase> Tested => OutboxDatabases.Tested;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static OutboxOptions Quick => new()
    {
        PollPeriod = TimeSpan.FromMilliseconds(1),
        MaxPollPeriod = TimeSpan.FromMilliseconds(5),
        LeaseDuration = TimeSpan.FromSeconds(1),
        UnknownTaskPatience = TimeSpan.Zero,
    };

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Relay_Rows_AreHandedOverAndDeleted(OutboxDatabase database)
    {
        var db = await CreateAsync(database);
        await using var connection = await db.OpenAsync();
        var ids = new List<RunId>();
        for (var i = 0; i < 250; i++)
        {
            ids.Add(await connection.DispatchAsync("send-mail", [i], ct: Stop));
        }

        await using var rig = await new RelayRig(db.Connect, Quick).StartAsync();
        Assert.Equal(ids.Select(i => i.Value).Order(), (await rig.Runs.NextAsync(250)).Select(i => i.Value).Order());
        await rig.StopAsync();
        Assert.Equal(0, await db.CountAsync(Rows));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Relay_RowsOfKeys_KeepTheirOrder(OutboxDatabase database)
    {
        var db = await CreateAsync(database);
        await using var connection = await db.OpenAsync();
        var ids = new List<(string Key, RunId Run)>();
        for (var i = 0; i < 120; i++)
        {
            var key = $"{i % 7}";
            ids.Add((key, await connection.DispatchAsync("send-mail", [i], key: key, ct: Stop)));
        }

        await using var rig = new RelayRig(db.Connect, Quick);
        rig.Runs.OnDispatch = static async _ => await Task.Yield();
        await rig.StartAsync();
        var handed = await rig.Runs.NextAsync(120);
        foreach (var line in ids.GroupBy(static i => i.Key))
        {
            var expected = line.Select(static l => l.Run).ToList();
            Assert.Equal(expected, handed.Where(expected.Contains));
        }
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Relay_RefusedRow_IsSetAsideAndPassed(OutboxDatabase database)
    {
        var db = await CreateAsync(database);
        await using var connection = await db.OpenAsync();
        var bad = await connection.DispatchAsync("gone", [1], key: "a", ct: Stop);
        var next = await connection.DispatchAsync("send-mail", key: "a", ct: Stop);
        await using var rig = new RelayRig(db.Connect, Quick);
        rig.Runs.OnDispatch = Refuse;
        await rig.StartAsync();

        Assert.Contains("TaskNotFoundException", await rig.Log.NextAsync(954), StringComparison.Ordinal);
        Assert.Equal([bad, next], await rig.Runs.NextAsync(2));
        var refused = Assert.Single(await Outbox.RefusedAsync(connection, ct: Stop));
        Assert.Equal((bad, "a", 1), (refused.Run, refused.Key, refused.Attempts));
        Assert.StartsWith("OrleansTasks.TaskNotFoundException: ", refused.Reason, StringComparison.Ordinal);

        rig.Runs.OnDispatch = static _ => Task.CompletedTask;
        Assert.True(await Outbox.RetryAsync(connection, bad, Stop));
        var again = await rig.Runs.NextAsync();
        Assert.Equal((bad, true), (again.Run, again.Repeated));
        Assert.False(await Outbox.RetryAsync(connection, bad, Stop));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Relay_BlockedKey_WaitsUntilTheRefusedRowIsDiscarded(OutboxDatabase database)
    {
        var db = await CreateAsync(database);
        await using var connection = await db.OpenAsync();
        var bad = await connection.DispatchAsync("gone", key: "a", ct: Stop);
        var next = await connection.DispatchAsync("send-mail", key: "a", ct: Stop);
        var other = await connection.DispatchAsync("send-mail", key: "b", ct: Stop);
        var options = Quick;
        options.Refused = RefusedRows.Block;
        await using var rig = new RelayRig(db.Connect, options);
        rig.Runs.OnDispatch = Refuse;
        await rig.StartAsync();
        await rig.Log.NextAsync(954);
        Assert.Equal(new[] { bad, other }.Select(r => r.Value).Order(), (await rig.Runs.NextAsync(2)).Select(r => r.Value).Order());

        var last = await connection.DispatchAsync("send-mail", key: "b", ct: Stop);
        Assert.Equal(last, (await rig.Runs.NextAsync()).Run);
        Assert.True(await Outbox.DiscardAsync(connection, bad, Stop));
        Assert.Equal(next, (await rig.Runs.NextAsync()).Run);
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Relay_SecondOne_TakesOverWhenTheFirstStops(OutboxDatabase database)
    {
        var db = await CreateAsync(database);
        await using var connection = await db.OpenAsync();
        var first = await new RelayRig(db.Connect, Quick).StartAsync();
        await first.Log.NextAsync(951);
        await using var second = await new RelayRig(db.Connect, Quick, runs: first.Runs).StartAsync();
        await second.Log.NextAsync(952);
        Assert.Equal(RelayState.Standby, second.Status.Report.State);

        await first.DisposeAsync();
        await second.Log.NextAsync(951);
        var run = await connection.DispatchAsync("send-mail", ct: Stop);
        Assert.Equal(run, (await second.Runs.NextAsync()).Run);
    }

    /// <summary>The first relay holds the lease and no longer renews it.</summary>
    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Relay_LostOwner_IsReplacedAfterItsLease(OutboxDatabase database)
    {
        var db = await CreateAsync(database);
        await using var frozen = await db.OpenAsync();
        var store = new OutboxStore(frozen, Outbox.SqlFor(frozen), Quick);
        Assert.True(await store.TakeLeaseAsync("frozen", Stop));
        await using var rig = await new RelayRig(db.Connect, Quick).StartAsync();
        await rig.Log.NextAsync(952);
        await rig.Log.NextAsync(951);
        Assert.False(await store.TakeLeaseAsync("frozen", Stop));
    }

    [Fact]
    public async Task Relay_RowThatWasHandedOverBefore_IsMarkedAsRepeated()
    {
        var db = await CreateAsync(OutboxDatabase.Sqlite);
        await using var connection = await db.OpenAsync();
        var run = await connection.DispatchAsync("send-mail", ct: Stop);
        var runs = new FakeRuns { OnDispatch = static _ => throw new ClusterUnreachableException("No silo accepted the call.") };
        await using (var rig = await new RelayRig(db.Connect, Quick, runs: runs).StartAsync())
        {
            Assert.Equal((run, false), Of(await runs.NextAsync()));
            await rig.Log.NextAsync(953);
            Assert.Equal(RelayState.Failing, rig.Status.Report.State);
            Assert.Equal((run, true), Of(await runs.NextAsync()));
            runs.OnDispatch = static _ => Task.CompletedTask;
            Assert.Equal((run, true), Of(await runs.NextAsync()));
        }

        Assert.Equal(0, await db.CountAsync(Rows));

        static (RunId, bool) Of(OrleansTasks.Client.GivenRun given) => (given.Run, given.Repeated);
    }

    [Fact]
    public async Task Relay_FailingDatabase_GoesOnWhenItIsBack()
    {
        var db = await databases.CreateAsync(OutboxDatabase.Sqlite);
        var isBack = false;
        await using var rig = new RelayRig(
            () => isBack ? db.Connect() : new SqliteConnection("Data Source=/nowhere/a.db"), Quick);
        await rig.StartAsync();
        Assert.Contains("SqliteException", await rig.Log.NextAsync(953), StringComparison.Ordinal);
        Assert.Equal(RelayState.Failing, rig.Status.Report.State);
        isBack = true;
        await rig.Log.NextAsync(951);
        await using var connection = await db.OpenAsync();
        var run = await connection.DispatchAsync("send-mail", ct: Stop);
        Assert.Equal(run, (await rig.Runs.NextAsync()).Run);
    }

    [Fact]
    public async Task Relay_EmptyOutbox_PollsLessAndLessUntilARowComes()
    {
        var db = await CreateAsync(OutboxDatabase.Sqlite);
        await using var connection = await db.OpenAsync();
        var clock = new ArmedClock();
        var options = new OutboxOptions { MaxPollPeriod = TimeSpan.FromMilliseconds(300) };
        await using var rig = await new RelayRig(db.Connect, options, clock).StartAsync();
        foreach (var wait in new[] { 50, 100, 200, 300, 300 })
        {
            Assert.Equal(TimeSpan.FromMilliseconds(wait), await clock.ArmedAsync());
            clock.Advance(TimeSpan.FromMilliseconds(wait));
        }

        Assert.Equal(options.MaxPollPeriod, await clock.ArmedAsync());
        var run = await connection.DispatchAsync("send-mail", ct: Stop);
        clock.Advance(options.MaxPollPeriod);
        Assert.Equal(run, (await rig.Runs.NextAsync()).Run);
        while (await clock.ArmedAsync() is var wait && wait != options.PollPeriod)
        {
            Assert.Equal(TimeSpan.FromSeconds(5), wait);
        }
    }

    [Fact]
    public async Task Relay_OverloadedTask_IsAskedAgainWhenItSaid()
    {
        var db = await CreateAsync(OutboxDatabase.Sqlite);
        await using var connection = await db.OpenAsync();
        var run = await connection.DispatchAsync("busy", key: "a", ct: Stop);
        var later = await connection.DispatchAsync("send-mail", key: "a", ct: Stop);
        var clock = new ArmedClock();
        var options = new OutboxOptions { MaxPollPeriod = TimeSpan.FromMinutes(1), LeaseDuration = TimeSpan.FromMinutes(10) };
        var runs = new FakeRuns
        {
            OnDispatch = static _ => throw new TasksOverloadedException("busy", "The task is full.", TimeSpan.FromSeconds(4)),
        };
        await using var rig = await new RelayRig(db.Connect, options, clock, runs).StartAsync();
        Assert.Equal(run, (await runs.NextAsync()).Run);
        Assert.Contains("TasksOverloadedException", await rig.Log.NextAsync(955), StringComparison.Ordinal);
        runs.OnDispatch = static _ => Task.CompletedTask;
        Assert.Equal(1, await db.CountAsync($"{Rows} WHERE reason LIKE '%full%'"));

        // The relay polls in between, and does not ask before.
        while (clock.GetUtcNow() < new DateTimeOffset(2027, 3, 1, 12, 0, 4, TimeSpan.Zero))
        {
            var wait = await clock.ArmedAsync();
            clock.Advance(wait == TimeSpan.FromSeconds(5) ? TimeSpan.Zero : wait);
        }

        Assert.Equal([run, later], await runs.NextAsync(2));
    }

    [Fact]
    public async Task Relay_Inbox_IsCleanedByAge()
    {
        var db = await CreateAsync(OutboxDatabase.Sqlite);
        var clock = new ArmedClock();
        await using (var connection = await db.OpenAsync())
        {
            foreach (var age in new[] { 40, 20 })
            {
                var then = new TaskOutbox(null, new ArmedClock());
                await using var transaction = await connection.BeginTransactionAsync(Stop);
                await then.TryRecordAsync(transaction, RunId.New("book", TimeProvider.System), Stop);
                await transaction.CommitAsync(Stop);
                await db.ExecuteAsync(
                    $"UPDATE orleanstasks_inbox SET recorded_at = recorded_at - {age * 86_400_000L} WHERE recorded_at > "
                    + $"{clock.GetUtcNow().AddDays(-1).ToUnixTimeMilliseconds()}");
            }
        }

        await using var rig = await new RelayRig(db.Connect, time: clock).StartAsync();
        Assert.StartsWith("Deleted 1 records", await rig.Log.NextAsync(957), StringComparison.Ordinal);
        Assert.Equal(1, await db.CountAsync("SELECT COUNT(*) FROM orleanstasks_inbox"));
    }

    /// <summary>The poll alone would take a minute.</summary>
    [Fact]
    public async Task Relay_PostgreSqlNotification_HandsOverAtOnce()
    {
        var db = await CreateAsync(OutboxDatabase.PostgreSql);
        var options = new OutboxOptions
        {
            PollPeriod = TimeSpan.FromMinutes(1),
            MaxPollPeriod = TimeSpan.FromMinutes(1),
            LeaseDuration = TimeSpan.FromMinutes(10),
        };
        await using var rig = await new RelayRig(db.Connect, options).StartAsync();
        await using var connection = await db.OpenAsync();
        var latencies = new List<TimeSpan>();
        for (var i = 0; i < 50; i++)
        {
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await transaction.DispatchAsync("send-mail", ct: Stop);
            await transaction.CommitAsync(Stop);
            var committed = Stopwatch.GetTimestamp();
            await rig.Runs.NextAsync();
            latencies.Add(Stopwatch.GetElapsedTime(committed));
        }

        latencies.Sort();
        TestContext.Current.SendDiagnosticMessage($"From commit to hand-over: p50 {latencies[25].TotalMilliseconds:0.0} ms, "
            + $"p90 {latencies[45].TotalMilliseconds:0.0} ms, longest {latencies[49].TotalMilliseconds:0.0} ms.");
        Assert.True(latencies[25] < TimeSpan.FromMilliseconds(100), $"{latencies[25]}");
    }

    [Fact]
    public async Task Relay_WithoutRightsToCreateTheTrigger_SaysSoAndPolls()
    {
        var db = await CreateAsync(OutboxDatabase.PostgreSql);
        await db.ExecuteAsync(
            "DROP TRIGGER orleanstasks_outbox_notify ON orleanstasks_outbox; CREATE ROLE guest LOGIN; "
            + "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guest");
        var options = Quick;
        options.CreateTables = false;
        var guest = db.ConnectionString.Replace("Username=postgres", "Username=guest", StringComparison.Ordinal);
        await using var rig = await new RelayRig(() => new Npgsql.NpgsqlConnection(guest), options).StartAsync();
        Assert.Contains("is polled instead", await rig.Log.NextAsync(956), StringComparison.Ordinal);
        await using var connection = await db.OpenAsync();
        Assert.Equal(await connection.DispatchAsync("send-mail", ct: Stop), (await rig.Runs.NextAsync()).Run);
    }

    private static Task Refuse(OrleansTasks.Client.GivenRun given) =>
        given.Run.Task == "gone" ? throw new TaskNotFoundException("gone") : Task.CompletedTask;

    private async Task<TestDatabase> CreateAsync(OutboxDatabase database)
    {
        var db = await databases.CreateAsync(database);
        await using var connection = await db.OpenAsync();
        await Outbox.CreateTablesAsync(connection, Stop);
        return db;
    }
}
