using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>
/// Provides a handler that books an order in the account book, which is a database of the user. It records, outside the cluster and the
/// database, what it does.
/// </summary>
internal static class BookHandler
{
    public const string Name = "book";

    /// <summary>The name of the database.</summary>
    public const string Database = "book";

    // After a commit, so that attempts are lost whose effect is in the book.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Returns how the account book is reached where tasks are stored too.</summary>
    public static string ConnectionString(string tasks) =>
        new NpgsqlConnectionStringBuilder(tasks) { Database = Database }.ConnectionString;

    /// <summary>Adds the relay of the outbox, and the handler.</summary>
    public static void Add(ISiloBuilder silo, string tasks, RecordWriter writer)
    {
        var connection = ConnectionString(tasks);
        silo.Services.AddTaskOutbox(_ => new NpgsqlConnection(connection), static o => o.CreateTables = false);
        silo.AddTasks(
            t => t.Define(Name, async (int from, int to, int amount, TaskRunContext run) =>
            {
                var log = new WorkLog(writer, run);
                log.Write(WorkKind.OrderBegun);
                log.Write(
                    await BookAsync(connection, run.RunId, from, to, amount, run.CancellationToken)
                        ? WorkKind.OrderBooked
                        : WorkKind.OrderFound);
                await Task.Delay(Pause, TimeProvider.System, run.CancellationToken);
            }));
    }

    /// <summary>Books an order; or returns false if an earlier attempt has booked it.</summary>
    private static async Task<bool> BookAsync(string database, RunId run, int from, int to, int amount, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
        if (!await transaction.TryRecordAsync(run, stop))
        {
            return false;
        }

        await ExecuteAsync("INSERT INTO bookings (run, amount) VALUES (@run, @amount)");

        // In the order of the accounts, so that two transactions do not wait for each other.
        foreach (var (account, change) in new[] { (from, -amount), (to, amount) }.OrderBy(static a => a.Item1))
        {
            await ExecuteAsync($"UPDATE accounts SET balance = balance + {change} WHERE id = {account}");
        }

        await transaction.CommitAsync(stop);
        return true;

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            command.Parameters.AddWithValue("run", run.ToString());
            command.Parameters.AddWithValue("amount", amount);
            await command.ExecuteNonQueryAsync(stop);
        }
    }
}
