using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Outbox;

/// <summary>
/// Starts a shop as separate processes on PostgreSQL, and kills all of them, and then the database, while it takes and books orders.
/// </summary>
public sealed class KilledProcessesTests(OutboxDatabases databases)
{
    private const int Rounds = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_OfEverything_EachOrderIsBookedOnce()
    {
        _ = await databases.ServerAsync();

        // This test kills the server, so it has its own.
        await using var server = await PostgreSqlServer.CreateAsync();
        var db = new TestDatabase(server.ConnectionString, () => new Npgsql.NpgsqlConnection(server.ConnectionString + ";Pooling=false"));
        await db.ExecuteAsync(
            "CREATE TABLE orders (run text, amount integer); CREATE TABLE bookings (run text, amount integer); "
            + "CREATE TABLE repeated (run text)");
        await using (var connection = await db.OpenAsync())
        {
            await new TaskOutbox().CreateTablesAsync(connection, Stop);
        }

        // Silos that come back at their address replace the lost ones.
        var ports = Ports.Take(4);
        for (var round = 1; round <= Rounds; round++)
        {
            await using var one = Silo(server, ports[0], ports[1]);
            await using var two = Silo(server, ports[2], ports[3]);
            await Task.WhenAll(one.WritesAsync("The silo books."), two.WritesAsync("The silo books."));
            await using var till = ProgramProcess.Start("Tests/Shop", "till", server.ConnectionString);
            await Task.WhenAny(one.WritesAsync("The silo has booked 80."), two.WritesAsync("The silo has booked 80.")).Unwrap();
            await Task.WhenAll(till.KillAsync(), one.KillAsync(), two.KillAsync());
        }

        Assert.NotEqual(0, await db.CountAsync("SELECT COUNT(*) FROM orders"));
        await using var last = Silo(server, ports[0], ports[1]);
        await using var other = Silo(server, ports[2], ports[3]);
        await Task.WhenAll(last.WritesAsync("The silo books."), other.WritesAsync("The silo books."));
        await server.KillAsync();
        await server.StartAsync();
        var begun = TimeProvider.System.GetTimestamp();
        while (await MissingAsync(db) is > 0 and var missing)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, $"{missing} orders are not booked.\n{last.Output}");

            // Poll, because the processes share nothing but the database.
            await Task.Delay(Pause, TimeProvider.System, Stop);
        }

        var orders = await db.CountAsync("SELECT COUNT(*) FROM orders");
        Assert.Equal(orders, await db.CountAsync("SELECT COUNT(*) FROM bookings"));
        Assert.Equal(orders, await db.CountAsync("SELECT COUNT(DISTINCT run) FROM bookings"));
        Assert.Equal(
            await db.CountAsync("SELECT SUM(amount) FROM orders"), await db.CountAsync("SELECT SUM(amount) FROM bookings"));
        TestContext.Current.SendDiagnosticMessage(
            $"{orders} orders, {await db.CountAsync("SELECT COUNT(*) FROM repeated")} attempts that found their effect.");
    }

    private static async Task<long> MissingAsync(TestDatabase db)
    {
        try
        {
            return await db.CountAsync(
                "SELECT COUNT(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM bookings b WHERE b.run = o.run AND b.amount = o.amount)");
        }
        catch (Npgsql.NpgsqlException e) when (e.IsTransient)
        {
            // The server has just started.
            return 1;
        }
    }

    private static ProgramProcess Silo(PostgreSqlServer server, int port, int gateway) =>
        ProgramProcess.Start("Tests/Shop", "silo", server.ConnectionString, $"{port}", $"{gateway}");
}
