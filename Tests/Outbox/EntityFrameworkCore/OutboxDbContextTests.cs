using Microsoft.EntityFrameworkCore;
using OrleansTasks.Tests.Outbox.Relay;

namespace OrleansTasks.Tests.Outbox.EntityFrameworkCore;

/// <summary>Tests dispatches with the changes of a context, on real databases.</summary>
public sealed class OutboxDbContextTests(OutboxDatabases databases)
{
    private const string Rows = "SELECT COUNT(*) FROM orleanstasks_outbox";
    private static readonly TaskName<string, bool> SendMail = new("send-mail");

    public static TheoryData<OutboxDatabase> Tested => OutboxDatabases.Tested;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Dispatch_SavedWithAnOrder_IsHandedOverInOrder(OutboxDatabase database)
    {
        var (db, shop) = await StartAsync(database);
        await using var context = shop;
        shop.Orders.Add(new Order { Product = "tea" });
        RunId[] runs =
        [
            shop.Dispatch(SendMail, "ada@example.com", key: "ada"),
            shop.Dispatch("send-mail", ["bob@example.com"], key: "ada"),
            shop.Dispatch("send-mail", ["eve@example.com"], new DispatchOptions { Delay = TimeSpan.FromHours(1) }, "ada"),
        ];
        Assert.Equal(0, await db.CountAsync(Rows));
        await shop.SaveChangesAsync(Stop);
        Assert.Equal(3, await db.CountAsync(Rows));

        await using var rig = await new RelayRig(db.Connect, new OutboxOptions { CreateTables = false }).StartAsync();
        Assert.Equal(runs, await rig.Runs.NextAsync(3));
        await rig.StopAsync();
        Assert.Equal(0, await db.CountAsync(Rows));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task Dispatch_TransactionRolledBack_LeavesNothing(OutboxDatabase database)
    {
        var (db, shop) = await StartAsync(database);
        await using var context = shop;
        await using (var transaction = await shop.Database.BeginTransactionAsync(Stop))
        {
            shop.Dispatch("send-mail");
            await shop.SaveChangesAsync(Stop);
            await transaction.RollbackAsync(Stop);
        }

        Assert.Equal(0, await db.CountAsync(Rows));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public async Task TryRecord_RepeatedAttempt_FindsTheEffect(OutboxDatabase database)
    {
        var (db, shop) = await StartAsync(database);
        await using var context = shop;
        var run = RunId.New("book", TimeProvider.System);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await using var transaction = await shop.Database.BeginTransactionAsync(Stop);
            if (await shop.TryRecordAsync(run, Stop))
            {
                shop.Orders.Add(new Order { Product = "tea" });
                await shop.SaveChangesAsync(Stop);
                await transaction.CommitAsync(Stop);
            }
        }

        Assert.Equal(1, await db.CountAsync("""SELECT COUNT(*) FROM "Orders" """));
    }

    [Fact]
    public async Task TryRecord_WithoutTransaction_SaysWhatToCall()
    {
        var (_, shop) = await StartAsync(OutboxDatabase.Sqlite);
        await using var context = shop;
        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => shop.TryRecordAsync(RunId.New("book", TimeProvider.System), Stop));
        Assert.Contains("Call Database.BeginTransactionAsync before.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispatch_ModelWithoutOutbox_SaysWhatToCall()
    {
        using var context = new DbContext(new DbContextOptionsBuilder().UseSqlite("Data Source=:memory:").Options);
        var e = Assert.Throws<InvalidOperationException>(() => context.Dispatch("send-mail"));
        Assert.Contains("Call modelBuilder.AddTaskOutbox() in its OnModelCreating", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The tables of a model and those of the script are the same, so that a program can move from one to the other.</summary>
    [Theory]
    [MemberData(nameof(Tested))]
    public async Task EnsureCreated_Columns_AreThoseOfTheScript(OutboxDatabase database)
    {
        var (created, shop) = await StartAsync(database);
        await using var context = shop;
        var scripted = await databases.CreateAsync(database);
        await using (var connection = await scripted.OpenAsync())
        {
            await new TaskOutbox().CreateTablesAsync(connection, Stop);
        }

        foreach (var table in new[] { "orleanstasks_outbox", "orleanstasks_outbox_lease", "orleanstasks_inbox" })
        {
            Assert.Equal(await ColumnsAsync(scripted, database, table), await ColumnsAsync(created, database, table));
        }
    }

    private static async Task<List<string>> ColumnsAsync(TestDatabase db, OutboxDatabase database, string table)
    {
        await using var connection = await db.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = database == OutboxDatabase.Sqlite
            ? $"SELECT name || ' ' || type || ' ' || pk FROM pragma_table_info('{table}') ORDER BY name"
            : "SELECT column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(character_maximum_length, 0) "
                + $"FROM information_schema.columns WHERE table_name = '{table}' ORDER BY column_name";
        var columns = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Stop);
        while (await reader.ReadAsync(Stop))
        {
            columns.Add(reader.GetString(0));
        }

        Assert.NotEmpty(columns);
        return columns;
    }

    private async Task<(TestDatabase Database, ShopContext Context)> StartAsync(OutboxDatabase database)
    {
        var db = await databases.CreateAsync(database);
        var options = new DbContextOptionsBuilder<ShopContext>();
        var context = new ShopContext((database == OutboxDatabase.Sqlite
            ? options.UseSqlite(db.ConnectionString)
            : options.UseNpgsql(db.ConnectionString)).Options);
        await context.Database.EnsureCreatedAsync(Stop);
        return (db, context);
    }
}
