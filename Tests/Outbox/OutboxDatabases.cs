using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Outbox;

/// <summary>Provides databases: files of SQLite, and a PostgreSQL server that starts on first use.</summary>
public sealed class OutboxDatabases : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ot-outbox-");
    private readonly SemaphoreSlim _gate = new(1);
    private PostgreSqlServer? _server;
    private int _count;

    /// <summary>Gets the databases in which everything is tested.</summary>
    public static TheoryData<OutboxDatabase> Tested => [OutboxDatabase.Sqlite, OutboxDatabase.PostgreSql];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Returns a database without tables. Skips the test if its server is not installed.</summary>
    public async Task<TestDatabase> CreateAsync(OutboxDatabase database)
    {
        var name = $"d{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}";
        if (database == OutboxDatabase.Sqlite)
        {
            var file = $"Data Source={Path.Combine(_folder.FullName, name)}.db;Pooling=false";
            return new TestDatabase(file, () => new SqliteConnection(file));
        }

        var server = await ServerAsync();
        await using (var main = new NpgsqlConnection(server.ConnectionString))
        {
            await main.OpenAsync(Stop);
            await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", main);
            await create.ExecuteNonQueryAsync(Stop);
        }

        var own = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = false }.ConnectionString;
        return new TestDatabase(own, () => new NpgsqlConnection(own));
    }

    /// <summary>Returns the PostgreSQL server. Skips the test if it is not installed.</summary>
    public async Task<PostgreSqlServer> ServerAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        await _gate.WaitAsync(Stop);
        try
        {
            return _server ??= await PostgreSqlServer.CreateAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _gate.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>Represents one database.</summary>
/// <param name="ConnectionString">Its connection string.</param>
/// <param name="Connect">Creates a closed connection.</param>
public sealed record TestDatabase(string ConnectionString, Func<DbConnection> Connect)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Returns an open connection.</summary>
    public async Task<DbConnection> OpenAsync()
    {
        var connection = Connect();
        await connection.OpenAsync(Stop);
        return connection;
    }

    /// <summary>Executes a statement.</summary>
    public async Task ExecuteAsync(string text)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>Returns a number.</summary>
    public async Task<long> CountAsync(string text)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToInt64(await command.ExecuteScalarAsync(Stop), CultureInfo.InvariantCulture);
    }
}
