using System.Collections.Concurrent;
using Npgsql;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>
/// Adds orders to the account book, and dispatches, in the same transactions, the runs that book them. Rolls some transactions back.
/// </summary>
internal sealed class BookLoad(ITaskClient tasks, ChaosOptions options, string server, TimeProvider time)
{
    private const int Accounts = 10;
    private const int LongestPauseMs = 200;
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly string _book = BookHandler.ConnectionString(server);
    private readonly ConcurrentQueue<Sale> _sales = [];
    private readonly Random _random = new(options.Seed);

    /// <summary>Creates the account book. Must be called before silos start.</summary>
    public static async Task CreateAsync(string server)
    {
        await ExecuteAsync(server, $"CREATE DATABASE {BookHandler.Database}");
        var book = BookHandler.ConnectionString(server);
        await ExecuteAsync(book,
            $"""
            CREATE TABLE orders (run text PRIMARY KEY, from_account integer NOT NULL, to_account integer NOT NULL, amount integer NOT NULL);
            CREATE TABLE bookings (run text NOT NULL, amount integer NOT NULL);
            CREATE TABLE accounts (id integer PRIMARY KEY, balance bigint NOT NULL);
            INSERT INTO accounts SELECT n, 0 FROM generate_series(0, {Accounts - 1}) n;
            """);
        await using var connection = new NpgsqlConnection(book);
        await connection.OpenAsync();
        await new TaskOutbox().CreateTablesAsync(connection);
    }

    public Task RegisterAsync() => tasks.ScheduleAsync(
        new TaskRegistration
        {
            Name = BookHandler.Name,
            Handler = BookHandler.Name,
            Options = new TaskOptions
            {
                Overlap = OverlapPolicy.Allow,
                // Longer than any outage of the database.
                Retry = new RetryPolicy { MaxAttempts = 1_000, Delay = TimeSpan.FromMilliseconds(500), Backoff = Backoff.Constant },
            },
        });

    /// <summary>Adds orders until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        // Processes that have just started are slow, also for the scheduled tasks.
        await Task.Delay(Beginning, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stop.IsCancellationRequested)
        {
            await SellAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(0, LongestPauseMs)), time, CancellationToken.None);
        }
    }

    /// <summary>Waits until all orders are booked, and returns the book. After a while it returns the book as it is.</summary>
    public async Task<Book> SettleAsync(CancellationToken patience)
    {
        while (true)
        {
            var book = await ReadAsync();
            var booked = book.Bookings.Select(static b => b.Run).ToHashSet();
            if (patience.IsCancellationRequested || (book.Waiting == 0 && book.Orders.All(o => booked.Contains(o.Run))))
            {
                return book;
            }

            // Poll, because the handlers and this process share nothing but the database.
            await Task.Delay(Pause, time, patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SellAsync()
    {
        var (from, amount) = (_random.Next(Accounts), _random.Next(1, 1_000));
        var to = (from + _random.Next(1, Accounts)) % Accounts;
        var (isKept, began) = (_random.Next(4) != 0, time.GetUtcNow());
        RunId? run = null;
        var end = SaleEnd.RolledBack;
        try
        {
            await using var connection = new NpgsqlConnection(_book);
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            run = await transaction.DispatchAsync(BookHandler.Name, [from, to, amount]);
            await using var insert = new NpgsqlCommand(
                $"INSERT INTO orders VALUES (@run, {from}, {to}, {amount})", connection, transaction);
            insert.Parameters.AddWithValue("run", run.Value.ToString());
            await insert.ExecuteNonQueryAsync();
            if (isKept)
            {
                end = SaleEnd.Unknown;
                await transaction.CommitAsync();
                end = SaleEnd.Committed;
            }
            else
            {
                await transaction.RollbackAsync();
            }
        }
        catch (NpgsqlException)
        {
            // The database is away. The sale says whether the order may be committed.
            await Task.Delay(Pause, time, CancellationToken.None);
        }

        if (run is { } dispatched)
        {
            _sales.Enqueue(new Sale(dispatched, end, began, time.GetUtcNow()));
        }
    }

    private async Task<Book> ReadAsync()
    {
        await using var connection = new NpgsqlConnection(_book);
        await connection.OpenAsync();

        // One state of the database, while handlers go on.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        var orders = await QueryAsync("SELECT run, from_account, to_account, amount FROM orders",
            static r => new Order(RunId.Parse(r.GetString(0)), r.GetInt32(1), r.GetInt32(2), r.GetInt32(3)));
        var bookings = await QueryAsync("SELECT run, amount FROM bookings",
            static r => new Booking(RunId.Parse(r.GetString(0)), r.GetInt32(1)));
        var balances = await QueryAsync("SELECT id, balance FROM accounts", static r => (Id: r.GetInt32(0), Balance: r.GetInt64(1)));
        var waiting = await QueryAsync("SELECT count(*) FROM orleanstasks_outbox", static r => r.GetInt64(0));
        return new Book([.. _sales], orders, bookings, balances.ToDictionary(static b => b.Id, static b => b.Balance), (int)waiting[0]);

        async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
        {
            var rows = new List<T>();
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                rows.Add(read(reader));
            }

            return rows;
        }
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
