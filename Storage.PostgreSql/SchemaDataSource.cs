using System.Data.Common;
using Npgsql;

namespace OrleansTasks.Storage.PostgreSql;

/// <summary>
/// The connections of a host's own data source, each with the schema of the tables: what Orleans' providers ask the database does not name it. A connection that goes back to the pool is as it was.
/// </summary>
/// <param name="host">The host's data source, which is not closed.</param>
/// <param name="schema">The schema.</param>
internal sealed class SchemaDataSource(NpgsqlDataSource host, string schema) : DbDataSource
{
    public override string ConnectionString => host.ConnectionString;

    /// <summary>Why the connections of a data source cannot be given a schema each; null if they can.</summary>
    public static string? Fault(NpgsqlDataSource host)
    {
        var settings = new NpgsqlConnectionStringBuilder(host.ConnectionString);
        return settings.Multiplexing ? "'Multiplexing=true': commands of several users share a connection, and the schema of one would be that of the others"
            : settings.NoResetOnClose ? "'No Reset On Close=true': the schema would stay on connections that go back to the host"
            : null;
    }

    protected override DbConnection CreateDbConnection() => host.CreateConnection();

    protected override DbConnection OpenDbConnection()
    {
        var connection = host.OpenConnection();
        try
        {
            using var command = Command(connection);
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        var connection = await host.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = Command(connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // The name was checked: it needs no quotes.
    private NpgsqlCommand Command(NpgsqlConnection connection) => new($"SET search_path TO {schema}", connection);
}
