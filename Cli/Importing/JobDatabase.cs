using System.Data;
using Npgsql;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Importing;

/// <summary>Represents a row. The names of its columns are in lower case.</summary>
/// <param name="values">The values.</param>
internal sealed class Row(Dictionary<string, object?> values)
{
    public object? this[string column] => values.GetValueOrDefault(column);

    public string? Text(string column) => this[column]?.ToString();

    public long? Number(string column) =>
        this[column] is { } value and not (byte[] or string)
            ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    public bool Is(string column) => this[column] is true;

    public byte[]? Bytes(string column) => this[column] as byte[];

    /// <summary>Returns an instant that is stored as .NET ticks.</summary>
    public DateTimeOffset? Ticks(string column) => Number(column) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}

/// <summary>Reads a PostgreSQL database. It changes nothing.</summary>
internal sealed class JobDatabase : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private JobDatabase(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    public static async Task<JobDatabase> OpenAsync(string connectionString, CancellationToken ct)
    {
        NpgsqlConnection connection;
        try
        {
            connection = new NpgsqlConnection(connectionString);
        }
        catch (ArgumentException e)
        {
            throw CliException.Usage(
                $"--connection is not a valid Npgsql connection string, such as Host=db;Database=jobs;Username=…: {e.Message}");
        }

        try
        {
            await connection.OpenAsync(ct).ConfigureAwait(false);
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct).ConfigureAwait(false);
            var database = new JobDatabase(connection, transaction);
            await database.ReadAsync("SET TRANSACTION READ ONLY", ct).ConfigureAwait(false);
            return database;
        }
        catch (Exception e) when (e is NpgsqlException or IOException or System.Net.Sockets.SocketException or TimeoutException)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new CliException(ExitCodes.OutOfReach, $"The database is out of reach: {e.Message} Check --connection.");
        }
    }

    /// <summary>Returns a name quoted for use in a query.</summary>
    public static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public async Task<List<Row>> ReadAsync(string query, CancellationToken ct)
    {
        try
        {
            var command = new NpgsqlCommand(query, _connection, _transaction);
            await using (command.ConfigureAwait(false))
            {
                var reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    var rows = new List<Row>();
                    while (await reader.ReadAsync(ct).ConfigureAwait(false))
                    {
                        rows.Add(
                            new Row(
                                Enumerable.Range(0, reader.FieldCount).ToDictionary(i => reader.GetName(i).ToLowerInvariant(),
                                    i => reader.IsDBNull(i) ? null : reader.GetValue(i))));
                    }

                    return rows;
                }
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            throw new CliException(ExitCodes.Refused,
                $"The database does not have these tables: {e.MessageText}. Check --schema and the database in --connection.");
        }
        catch (NpgsqlException e)
        {
            throw new CliException(ExitCodes.OutOfReach, $"The database failed: {e.Message} Check its log, and try again.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
