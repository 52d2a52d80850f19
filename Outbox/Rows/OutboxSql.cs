using System.Data.Common;

namespace OrleansTasks.Outbox.Rows;

/// <summary>Contains the statements for one database and its tables. Pure.</summary>
internal sealed class OutboxSql
{
    /// <summary>The channel on which PostgreSQL announces rows.</summary>
    public const string Channel = "orleanstasks_outbox";

    private const string Columns = "seq, id, task, message_key, arguments, options, trace, created_at, attempts";

    public OutboxSql(OutboxDatabase database, OutboxTables tables)
    {
        Database = database;
        Tables = tables;
        var prefix = tables.Schema is { } schema ? $"{schema}." : "";
        (Outbox, Inbox, Lease) = ($"{prefix}{tables.Outbox}", $"{prefix}{tables.Inbox}", $"{prefix}{tables.LeaseName}");
        Insert = $"INSERT INTO {Outbox} (id, task, message_key, arguments, options, trace, created_at, state, attempts, next_at) "
            + "VALUES (@id, @task, @key, @arguments, @options, @trace, @created, 0, 0, 0)";
        Record = InsertOnce(Inbox, "id, task, recorded_at", "@id, @task, @now", "id");
        AddLease = InsertOnce(Lease, "name, owner, expires_at", "'relay', '', 0", "name");
        TakeLease = $"UPDATE {Lease} SET owner = @owner, expires_at = {Now} + @span "
            + $"WHERE name = 'relay' AND (owner = @owner OR expires_at < {Now})";
    }

    public OutboxDatabase Database { get; }

    public OutboxTables Tables { get; }

    public string Outbox { get; }

    public string Inbox { get; }

    public string Lease { get; }

    /// <summary>Gets the statement that adds a row.</summary>
    public string Insert { get; }

    /// <summary>Gets the statement that records a run, and affects no row if it is recorded already.</summary>
    public string Record { get; }

    /// <summary>Gets the statement that adds the row of the lease, unless it exists.</summary>
    public string AddLease { get; }

    /// <summary>Gets the statement that takes or extends the lease, and affects no row if another relay has it.</summary>
    public string TakeLease { get; }

    /// <summary>Gets the statement that gives the lease up.</summary>
    public string LeaveLease => $"UPDATE {Lease} SET expires_at = 0 WHERE name = 'relay' AND owner = @owner";

    public string Counts => $"SELECT COUNT(*), MIN(created_at) FROM {Outbox} WHERE state = 0";

    public string RefusedCount => $"SELECT COUNT(*) FROM {Outbox} WHERE state = 1";

    public string CleanInbox => $"DELETE FROM {Inbox} WHERE recorded_at < @before";

    public string Refuse =>
        $"UPDATE {Outbox} SET state = 1, refused_at = @now, reason = @reason WHERE seq = @seq AND state = 0";

    public string Postpone => $"UPDATE {Outbox} SET next_at = @next, reason = @reason WHERE seq = @seq AND state = 0";

    public string Refused => Limited(
        $"id, task, message_key, arguments, created_at, refused_at, attempts, reason FROM {Outbox} WHERE state = 1 ORDER BY seq");

    public string Retry =>
        $"UPDATE {Outbox} SET state = 0, refused_at = NULL, reason = NULL, next_at = 0 WHERE id = @id AND task = @task AND state = 1";

    public string Discard => $"DELETE FROM {Outbox} WHERE id = @id AND task = @task AND state = 1";

    /// <summary>Gets the current time of the database in Unix milliseconds: all relays agree on it, whatever their clocks say.</summary>
    private string Now => Database switch
    {
        OutboxDatabase.PostgreSql => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS bigint)",
        OutboxDatabase.SqlServer => "DATEDIFF_BIG(millisecond, '1970-01-01', SYSUTCDATETIME())",
        OutboxDatabase.MySql => "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
        _ => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    };

    /// <summary>Returns the database of a connection.</summary>
    /// <exception cref="ArgumentException">The connection is of another provider.</exception>
    public static OutboxDatabase DatabaseOf(DbConnection connection) => connection.GetType().FullName switch
    {
        "Npgsql.NpgsqlConnection" => OutboxDatabase.PostgreSql,
        "Microsoft.Data.Sqlite.SqliteConnection" => OutboxDatabase.Sqlite,
        "Microsoft.Data.SqlClient.SqlConnection" or "System.Data.SqlClient.SqlConnection" => OutboxDatabase.SqlServer,
        "MySqlConnector.MySqlConnection" => OutboxDatabase.MySql,
        var other => throw new ArgumentException($"The connection is a {other}, whose database has no outbox. Use NpgsqlConnection, "
            + "SqliteConnection, SqlConnection or MySqlConnection, or the one that it wraps."),
    };

    /// <summary>
    /// Returns the query of the next rows, in order. A row waits while an earlier row of its key waits for its next attempt or, with
    /// <paramref name="isBlocked"/>, was refused.
    /// </summary>
    public string Next(bool isBlocked) => Limited(
        $"{Columns} FROM {Outbox} o WHERE state = 0 AND next_at <= @now AND (message_key IS NULL OR NOT EXISTS (SELECT 1 FROM {Outbox} e "
        + $"WHERE e.message_key = o.message_key AND e.seq < o.seq AND (e.state = 0 AND e.next_at > @now"
        + $"{(isBlocked ? " OR e.state = 1" : "")}))) ORDER BY seq");

    /// <summary>Returns the statement that marks rows as handed over, before they are.</summary>
    public string Claim(IEnumerable<long> rows) => $"UPDATE {Outbox} SET attempts = attempts + 1 WHERE seq IN ({string.Join(',', rows)})";

    /// <summary>Returns the statement that deletes accepted rows.</summary>
    public string Delete(IEnumerable<long> rows) => $"DELETE FROM {Outbox} WHERE seq IN ({string.Join(',', rows)})";

    private string Limited(string query) =>
        Database == OutboxDatabase.SqlServer ? $"SELECT TOP (@limit) {query}" : $"SELECT {query} LIMIT @limit";

    private string InsertOnce(string table, string columns, string values, string key) => Database switch
    {
        OutboxDatabase.MySql => $"INSERT IGNORE INTO {table} ({columns}) VALUES ({values})",

        // The lock on the key's range makes a second transaction wait for the first one.
        OutboxDatabase.SqlServer => $"INSERT INTO {table} ({columns}) SELECT {values} WHERE NOT EXISTS (SELECT 1 FROM {table} WITH "
            + $"(UPDLOCK, HOLDLOCK) WHERE {(key == "name" ? "name = 'relay'" : "id = @id AND task = @task")})",
        _ => $"INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT DO NOTHING",
    };
}
