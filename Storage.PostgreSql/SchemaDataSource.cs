using System.Data.Common;
using Npgsql;

namespace OrleansTasks.Storage.PostgreSql;

/// <summary>
/// Opens connections of a host's data source and sets the schema on each, because the queries of Orleans' providers do not name it.
/// Returning a connection to the pool resets the schema.
/// </summary>
/// <param name="host">The host's data source, which stays open.</param>
/// <param name="schema">The schema.</param>
internal sealed class SchemaDataSource(NpgsqlDataSource host, string schema) : DbDataSource
{
    public override string ConnectionString => host.ConnectionString;

    /// <summary>Returns why the connections of a data source cannot have their own schema, or null if they can.</summary>
    public static string? Obstacle(NpgsqlDataSource host)
    {
        var settings = new NpgsqlConnectionStringBuilder(host.ConnectionString);
        return settings.Multiplexing
            ? "'Multiplexing=true': commands of several users share a connection, and the schema of one would be that of the others"
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

    // The name needs no quotes, because it was checked.
    private NpgsqlCommand Command(NpgsqlConnection connection) => new($"SET search_path TO {schema}", connection);
}
