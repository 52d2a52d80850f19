using System.Data;
using System.Data.Common;
using OrleansTasks.Outbox.Rows;

namespace OrleansTasks;

/// <summary>
/// Adds dispatches to a table of the application's own database, in the application's own transaction. If the transaction commits, a relay
/// hands them over to the cluster; if it rolls back, they never existed. Also records runs in such a transaction, so that a repeated
/// attempt finds that its effect exists.
/// </summary>
/// <remarks>
/// <see cref="OutboxDbExtensions"/> has the same operations on a transaction or a connection, with the default tables. The class is
/// thread-safe; connections are not.
/// </remarks>
public sealed class TaskOutbox
{
    private readonly TimeProvider _time;

    /// <summary>Initializes a new instance of the <see cref="TaskOutbox"/> class.</summary>
    /// <param name="tables">The names of the tables. Null uses the defaults.</param>
    /// <param name="time">The clock for ids and times. Null uses the system's clock.</param>
    /// <exception cref="ArgumentException">A name is not valid.</exception>
    public TaskOutbox(OutboxTables? tables = null, TimeProvider? time = null)
    {
        Tables = tables ?? OutboxTables.Default;
        _time = time ?? TimeProvider.System;
        if (Tables.Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(tables));
        }
    }

    /// <summary>Gets the names of the tables.</summary>
    public OutboxTables Tables { get; }

    internal static TaskOutbox Default { get; } = new();

    /// <summary>Adds a dispatch.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">
    /// The transaction of the connection. Null if there is none, or an ambient one: without any, the dispatch is committed at once.
    /// </param>
    /// <param name="task">The task's name. Whether the task exists is checked when the dispatch is handed over.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">
    /// The due time and other options of the run. <see cref="DispatchOptions.Delay"/> counts from now.
    /// <see cref="DispatchOptions.IdempotencyKey"/> and <see cref="DispatchOptions.UniqueFor"/> are not allowed. Null makes it due at once,
    /// with the defaults.
    /// </param>
    /// <param name="key">
    /// A key, such as the id of a customer, whose dispatches are handed over in the order in which they were added. 1 to 200 characters.
    /// Default: null, for no order.
    /// </param>
    /// <returns>The id of the run. The run exists when the relay has handed the dispatch over.</returns>
    /// <exception cref="InvalidTaskException">The name, the key or an option is not valid.</exception>
    /// <exception cref="TaskArgumentException">The arguments are not valid JSON.</exception>
    /// <exception cref="PayloadTooLargeException">The arguments are larger than 64 MiB. The cluster may allow less.</exception>
    /// <exception cref="ArgumentException">The connection is not open, or of a database that has no outbox.</exception>
    public RunId Dispatch(DbConnection connection, DbTransaction? transaction, string task, TaskArguments? arguments = null,
        DispatchOptions? options = null, string? key = null)
    {
        var sql = SqlFor(connection);
        var row = OutboxRows.Create(task, arguments, options, key, _time.GetUtcNow());
        using var command = connection.Insert(transaction, sql, row);
        command.ExecuteNonQuery();
        return row.Run;
    }

    /// <summary>Adds a dispatch, as <see cref="Dispatch"/> does, with the same exceptions.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">The transaction of the connection, or null.</param>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The options of the run.</param>
    /// <param name="key">A key whose dispatches are handed over in order, or null.</param>
    /// <param name="ct">A token that cancels the statement.</param>
    /// <returns>The id of the run. The run exists when the relay has handed the dispatch over.</returns>
    public async Task<RunId> DispatchAsync(DbConnection connection, DbTransaction? transaction, string task,
        TaskArguments? arguments = null, DispatchOptions? options = null, string? key = null, CancellationToken ct = default)
    {
        var sql = SqlFor(connection);
        var row = OutboxRows.Create(task, arguments, options, key, _time.GetUtcNow());
        var command = connection.Insert(transaction, sql, row);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }

        return row.Run;
    }

    /// <summary>
    /// Records a run in a transaction, before or after its effects in the same transaction. If the transaction commits, so do the effects,
    /// and a further attempt of the run gets false.
    /// </summary>
    /// <param name="transaction">The transaction that has the effects.</param>
    /// <param name="run">The run: <c>TaskRunContext.RunId</c>.</param>
    /// <param name="ct">A token that cancels the statement.</param>
    /// <returns>
    /// True if the run was not recorded before. False if an earlier attempt has committed: roll back, and return what it returned. While
    /// another attempt has recorded the run and neither committed nor rolled back, the call waits for it.
    /// </returns>
    /// <exception cref="ArgumentException">The transaction has ended, or is of a database that has no inbox.</exception>
    /// <remarks>
    /// With PostgreSQL, use the isolation level <c>READ COMMITTED</c>, which is the default: with a higher one, the database rejects the
    /// second of two attempts at the same time with an error.
    /// </remarks>
    public async Task<bool> TryRecordAsync(DbTransaction transaction, RunId run, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var connection = ConnectionOf(transaction);
        return await connection.ExecuteAsync(
            transaction, SqlFor(connection).Record, ct, ("id", run.Value.ToString("N")), ("task", run.Task),
            ("now", _time.GetUtcNow().ToUnixTimeMilliseconds())).ConfigureAwait(false) == 1;
    }

    /// <summary>Creates the tables that are missing, and with PostgreSQL the trigger that announces rows.</summary>
    /// <param name="connection">An open connection that may create tables.</param>
    /// <param name="ct">A token that cancels the operation.</param>
    /// <returns>A task that ends when they exist.</returns>
    /// <exception cref="ArgumentException">The connection is not open, or of a database that has no outbox.</exception>
    public Task CreateTablesAsync(DbConnection connection, CancellationToken ct = default) =>
        CreateTablesAsync(connection, isNotified: true, ct);

    /// <summary>Returns the script that creates the tables, for those who run scripts themselves.</summary>
    /// <param name="database">The database.</param>
    /// <returns>The statements. They change nothing that exists.</returns>
    public string CreateScript(OutboxDatabase database) =>
        OutboxSchemas.Create(new OutboxSql(Defined(database), Tables), isNotified: true);

    /// <summary>Returns the dispatches that the cluster refused for good, oldest first.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="limit">The maximum number. Default: 100. Range: 1 to 10,000.</param>
    /// <param name="ct">A token that cancels the query.</param>
    /// <returns>The dispatches.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    /// <exception cref="ArgumentException">The connection is not open, or of a database that has no outbox.</exception>
    public async Task<IReadOnlyList<RefusedDispatch>> RefusedAsync(DbConnection connection, int limit = 100,
        CancellationToken ct = default)
    {
        if (limit is < 1 or > 10_000)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"The limit is {limit}; 1 to 10000 are allowed.");
        }

        return await connection.ReadAsync(
            SqlFor(connection).Refused,
            static r => new RefusedDispatch
            {
                Run = OutboxRow.RunOf(r.GetString(0), r.GetString(1)),
                Key = r.Text(2),
                Arguments = r.Text(3),
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4)),
                RefusedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)),
                Attempts = r.GetInt32(6),
                Reason = r.Text(7) ?? "",
            },
            ct, ("limit", limit)).ConfigureAwait(false);
    }

    /// <summary>Hands a refused dispatch over again, with the same id.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="run">The id of the run.</param>
    /// <param name="ct">A token that cancels the statement.</param>
    /// <returns>Whether there was a refused dispatch with this id.</returns>
    /// <exception cref="ArgumentException">The connection is not open, or of a database that has no outbox.</exception>
    public async Task<bool> RetryAsync(DbConnection connection, RunId run, CancellationToken ct = default) =>
        await connection.ExecuteAsync(
            null, SqlFor(connection).Retry, ct, ("id", run.Value.ToString("N")), ("task", run.Task)).ConfigureAwait(false) > 0;

    /// <summary>Deletes a refused dispatch.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="run">The id of the run.</param>
    /// <param name="ct">A token that cancels the statement.</param>
    /// <returns>Whether there was a refused dispatch with this id.</returns>
    /// <exception cref="ArgumentException">The connection is not open, or of a database that has no outbox.</exception>
    public async Task<bool> DiscardAsync(DbConnection connection, RunId run, CancellationToken ct = default) =>
        await connection.ExecuteAsync(
            null, SqlFor(connection).Discard, ct, ("id", run.Value.ToString("N")), ("task", run.Task)).ConfigureAwait(false) > 0;

    /// <summary>Creates the tables that are missing.</summary>
    internal async Task CreateTablesAsync(DbConnection connection, bool isNotified, CancellationToken ct)
    {
        var sql = SqlFor(connection);
        var transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            if (sql.Database == OutboxDatabase.PostgreSql)
            {
                // Two sessions that create the same table at the same time would conflict.
                await connection.ExecuteAsync(
                    transaction, $"SELECT pg_advisory_xact_lock(hashtext('{OutboxSql.Channel}'))", ct).ConfigureAwait(false);
            }

            await connection.ExecuteAsync(transaction, OutboxSchemas.Create(sql, isNotified), ct).ConfigureAwait(false);
            await transaction.CommitAsync(ct).ConfigureAwait(false);
        }
    }

    internal static DbConnection ConnectionOf(DbTransaction transaction) =>
        transaction.Connection ?? throw new ArgumentException($"The {transaction.GetType().Name} was committed, rolled back or disposed "
            + "before. Use a transaction that is open.", nameof(transaction));

    internal OutboxSql SqlFor(DbConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.State == ConnectionState.Open
            ? new OutboxSql(OutboxSql.DatabaseOf(connection), Tables)
            : throw new ArgumentException($"The connection is {connection.State}. Call OpenAsync first.", nameof(connection));
    }

    private static OutboxDatabase Defined(OutboxDatabase database) => Enum.IsDefined(database)
        ? database
        : throw new ArgumentOutOfRangeException(nameof(database), database, $"There is no OutboxDatabase {database}; use one of "
            + $"{string.Join(", ", Enum.GetNames<OutboxDatabase>())}.");
}
