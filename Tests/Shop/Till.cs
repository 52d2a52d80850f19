using Npgsql;

namespace OrleansTasks.Shop;

/// <summary>
/// Takes orders until it is killed. Each order and the dispatch of its booking are in one transaction. Every fourth
/// transaction rolls back. It has no connection to the cluster.
/// </summary>
internal static class Till
{
    private const int Tellers = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task RunAsync(string connection) => Task.WhenAll(Enumerable.Range(0, Tellers).Select(n => TakeAsync(connection, n)));

    private static async Task TakeAsync(string connection, int teller)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync();
        for (var i = 1; ; i++)
        {
            await using var transaction = await database.BeginTransactionAsync();
            var amount = (i % 100) + 1;
            var run = await transaction.DispatchAsync("book", [amount], key: $"{teller}-{i % 3}");
            await using var insert = new NpgsqlCommand("INSERT INTO orders (run, amount) VALUES ($1, $2)", database, transaction)
            {
                Parameters = { new() { Value = run.ToString() }, new() { Value = amount } },
            };
            await insert.ExecuteNonQueryAsync();
            await (i % 4 == 0 ? transaction.RollbackAsync() : transaction.CommitAsync());
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
