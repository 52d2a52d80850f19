using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrleansTasks.Tests.Outbox;

/// <summary>Tests dispatches and records in transactions of real databases.</summary>
public sealed class TaskOutboxTests(OutboxDatabases databases)
{
    private const string Rows = "SELECT COUNT(*) FROM orleanstasks_outbox";
    private static readonly TaskOutbox Outbox = new();

    public static TheoryData<OutboxDatabase> Tested => OutboxDatabases.Tested;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Dispatch_Committed_IsInTheTableWithItsId(OutboxDatabase database)
    {
        var (db, connection) = await StartAsync(database);
        await using var open = connection;
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        var one = await transaction.DispatchAsync("send-mail", ["ada@example.com"], key: "7", ct: Stop);
        var two = transaction.Dispatch("send-mail");
        await transaction.CommitAsync(Stop);

        Assert.NotEqual(one, two);
        Assert.Equal("send-mail", one.Task);
        Assert.Equal(
            1, await db.CountAsync($"{Rows} WHERE id = '{one.Value:N}' AND message_key = '7' AND arguments LIKE '%ada@example.com%'"));
        Assert.Equal(1, await db.CountAsync($"{Rows} WHERE id = '{two.Value:N}' AND message_key IS NULL AND arguments IS NULL"));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Dispatch_RolledBack_LeavesNothing(OutboxDatabase database)
    {
        var (db, connection) = await StartAsync(database);
        await using var open = connection;
        await using (var transaction = await connection.BeginTransactionAsync(Stop))
        {
            await transaction.DispatchAsync("send-mail", ct: Stop);
            await transaction.RollbackAsync(Stop);
        }

        Assert.Equal(0, await db.CountAsync(Rows));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Dispatch_WithoutTransaction_IsCommittedAtOnce(OutboxDatabase database)
    {
        var (db, connection) = await StartAsync(database);
        await using var open = connection;
        await connection.DispatchAsync("send-mail", ct: Stop);

        Assert.Equal(1, await db.CountAsync(Rows));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task CreateTables_Twice_ChangesNothing(OutboxDatabase database)
    {
        var (db, connection) = await StartAsync(database);
        await using var open = connection;
        await connection.DispatchAsync("send-mail", ct: Stop);
        await Outbox.CreateTablesAsync(connection, Stop);

        Assert.Equal(1, await db.CountAsync(Rows));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task TryRecord_SecondAttempt_FindsTheFirst(OutboxDatabase database)
    {
        var (db, connection) = await StartAsync(database);
        await using var open = connection;
        var run = RunId.New("book", TimeProvider.System);
        var isFirst = new List<bool>();
        foreach (var isCommitted in new[] { false, true, true })
        {
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            isFirst.Add(await transaction.TryRecordAsync(run, Stop));
            await (isCommitted ? transaction.CommitAsync(Stop) : transaction.RollbackAsync(Stop));
        }

        await using (var other = await connection.BeginTransactionAsync(Stop))
        {
            isFirst.Add(await other.TryRecordAsync(RunId.New("book", TimeProvider.System), Stop));
            await other.CommitAsync(Stop);
        }

        Assert.Equal([true, true, false, true], isFirst);
        Assert.Equal(2, await db.CountAsync("SELECT COUNT(*) FROM orleanstasks_inbox"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TryRecord_TwoAttemptsAtOnce_SecondWaitsForTheFirst(bool isCommitted)
    {
        var (db, connection) = await StartAsync(OutboxDatabase.PostgreSql);
        await using var first = connection;
        await using var second = await db.OpenAsync();
        var run = RunId.New("book", TimeProvider.System);
        await using var one = await first.BeginTransactionAsync(Stop);
        await using var two = await second.BeginTransactionAsync(Stop);
        Assert.True(await one.TryRecordAsync(run, Stop));
        var waiting = two.TryRecordAsync(run, Stop);
        await (isCommitted ? one.CommitAsync(Stop) : one.RollbackAsync(Stop));

        Assert.Equal(!isCommitted, await waiting);
    }

    [Fact]
    public async Task TryRecord_EndedTransaction_NamesTheFault()
    {
        var (_, connection) = await StartAsync(OutboxDatabase.Sqlite);
        await using var open = connection;
        var transaction = await connection.BeginTransactionAsync(Stop);
        await transaction.CommitAsync(Stop);

        var e = await Assert.ThrowsAsync<ArgumentException>(
            () => transaction.TryRecordAsync(RunId.New("book", TimeProvider.System), Stop));
        Assert.Contains("Use a transaction that is open.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispatch_ClosedConnection_NamesTheState()
    {
        await using var connection = new SqliteConnection("Data Source=:memory:");
        var e = await Assert.ThrowsAsync<ArgumentException>(() => connection.DispatchAsync("send-mail", ct: Stop));
        Assert.Contains("The connection is Closed.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_WithBadNames_AreRejectedTogether()
    {
        var e = Assert.Throws<ArgumentException>(() => new TaskOutbox(new OutboxTables { Schema = "a b", Outbox = "Box", Inbox = "" }));
        Assert.Contains("OutboxTables.Schema is 'a b'", e.Message, StringComparison.Ordinal);
        Assert.Contains("OutboxTables.Outbox is 'Box'", e.Message, StringComparison.Ordinal);
        Assert.Contains("OutboxTables.Inbox is ''", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OutboxDatabase.PostgreSql, "pg_notify")]
    [InlineData(OutboxDatabase.Sqlite, "AUTOINCREMENT")]
    [InlineData(OutboxDatabase.SqlServer, "IDENTITY")]
    [InlineData(OutboxDatabase.MySql, "AUTO_INCREMENT")]
    public void CreateScript_OfADatabase_HasItsSyntaxAndTheNames(OutboxDatabase database, string expected)
    {
        var script = new TaskOutbox(new OutboxTables { Outbox = "shop_outbox" }).CreateScript(database);
        Assert.Contains(expected, script, StringComparison.Ordinal);
        Assert.Contains("shop_outbox_lease", script, StringComparison.Ordinal);
    }

    private async Task<(TestDatabase Database, DbConnection Connection)> StartAsync(OutboxDatabase database)
    {
        var db = await databases.CreateAsync(database);
        var connection = await db.OpenAsync();
        await Outbox.CreateTablesAsync(connection, Stop);
        return (db, connection);
    }
}
