using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansTasks.Storage.PostgreSql;

/// <summary>
/// Opens connections to a database with the schema of the tables. A starting silo waits for the database and installs missing tables.
/// </summary>
internal sealed partial class PostgreSqlDatabase : IAsyncDisposable, IDisposable
{
    /// <summary>The version of the schema that this program installs.</summary>
    public const int SchemaVersion = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // The key of the advisory lock for the installation.
    private const long InstallLock = 0x4F54_5343_4845_4D41;

    private readonly PostgreSqlTasksOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _address;
    private readonly NpgsqlDataSource? _own;

    public PostgreSqlDatabase(string connectionString, PostgreSqlTasksOptions options, int pool,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time, ILogger<PostgreSqlDatabase> log)
    {
        var settings = Read(connectionString, options, pool);
        (_options, _time, _log) = (options, time, log);
        _address = AddressOf(settings);
        Source = _own = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }

    /// <param name="host">The host's own data source, which stays open.</param>
    /// <param name="options">The options with the schema.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    public PostgreSqlDatabase(NpgsqlDataSource host, PostgreSqlTasksOptions options,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time, ILogger<PostgreSqlDatabase> log)
    {
        (_options, _time, _log) = (options, time, log);
        _address = AddressOf(new NpgsqlConnectionStringBuilder(host.ConnectionString));
        Source = new SchemaDataSource(host, options.Schema);
    }

    /// <summary>Gets the data source, whose connections find the tables.</summary>
    public DbDataSource Source { get; }

    /// <summary>
    /// Returns the connection string with defaults for what it leaves open: short timeouts, so that waits end before they count as an
    /// outage, and the schema.
    /// </summary>
    /// <exception cref="ArgumentException">The connection string is empty, names no server or is not valid, or the name of the schema is
    /// not valid.</exception>
    public static NpgsqlConnectionStringBuilder Read(string connectionString, PostgreSqlTasksOptions options, int pool)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        CheckSchema(options);
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        if (string.IsNullOrWhiteSpace(given.Host))
        {
            throw new ArgumentException(
                "The connection string of PostgreSQL names no server; write for example 'Host=localhost;Database=tasks;Username=tasks'.",
                nameof(connectionString));
        }

        // Set the defaults on a new builder. The given builder's keys show which settings replace them.
        var result = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "OrleansTasks",
            MaxPoolSize = pool,
            Timeout = 5,
            CommandTimeout = 10,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 5,
            TcpKeepAliveInterval = 2,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
        };
        foreach (var keyword in given.Keys)
        {
            result[(string)keyword] = given[(string)keyword];
        }

        result.SearchPath = options.Schema;
        return result;
    }

    /// <exception cref="ArgumentException">The name of the schema is not valid.</exception>
    public static void CheckSchema(PostgreSqlTasksOptions options)
    {
        if (!SchemaName().IsMatch(options.Schema))
        {
            throw new ArgumentException(
                $"PostgreSqlTasksOptions.Schema is '{options.Schema}'; it must be a lower-case letter, then lower-case letters, digits "
                    + "and underscores, up to 63 in all.");
        }
    }

    /// <summary>Waits for the database and creates missing tables.</summary>
    /// <exception cref="TaskStorageException">The database was unreachable for 30 s, rejects the request, or has tables of a later
    /// version.</exception>
    public async Task InstallAsync(CancellationToken ct)
    {
        var since = _time.GetTimestamp();
        var told = false;
        while (true)
        {
            try
            {
                await InstallOnceAsync(ct);
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient && _time.GetElapsedTime(since) < Patience)
            {
                if (!told)
                {
                    told = true;
                    LogWaiting(_log, _address, Patience, e.Message);
                }

                await Task.Delay(Pause, _time, ct);
            }
            catch (NpgsqlException e)
            {
                throw new TaskStorageException($"PostgreSQL at {_address} cannot be used: {e.Message} Check the server, the user and the "
                    + "database of the connection string.", e);
            }
        }
    }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;

    public void Dispose() => _own?.Dispose();

    private static string AddressOf(NpgsqlConnectionStringBuilder settings) =>
        $"{settings.Host}:{settings.Port}, database '{settings.Database}'";

    private async Task InstallOnceAsync(CancellationToken ct)
    {
        await using var connection = (NpgsqlConnection)await Source.OpenConnectionAsync(ct);
        if (await VersionAsync(connection, ct) is { } version && Check(version))
        {
            return;
        }

        if (!_options.InstallSchema)
        {
            throw new TaskStorageException(
                $"PostgreSQL at {_address} has no tables of OrleansTasks of version {SchemaVersion} in the schema '{_options.Schema}', "
                    + "and PostgreSqlTasksOptions.InstallSchema is false. Run Schema.sql there.");
        }

        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({InstallLock})", ct);

        // Another silo may have installed the tables while this one waited.
        if (await VersionAsync(connection, ct) is not { } installed || !Check(installed))
        {
            await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {_options.Schema}", ct);
            await ExecuteAsync(connection, await ScriptAsync(), ct);
            LogInstalled(_log, SchemaVersion, _options.Schema, _address);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Returns whether the installed version is current. Throws if it is later.</summary>
    private bool Check(int version) => version <= SchemaVersion
        ? version == SchemaVersion
        : throw new TaskStorageException(
            $"The schema '{_options.Schema}' of PostgreSQL at {_address} has version {version}; this program knows up to "
                + $"{SchemaVersion}. Run the newer program.");

    private async Task<int?> VersionAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{_options.Schema}.schemaversion') IS NOT NULL", connection);
        if (!(bool)(await exists.ExecuteScalarAsync(ct))!)
        {
            return null;
        }

        await using var version = new NpgsqlCommand($"SELECT Version FROM {_options.Schema}.SchemaVersion", connection);
        return (int?)await version.ExecuteScalarAsync(ct);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<string> ScriptAsync()
    {
        await using var stream = typeof(PostgreSqlDatabase).Assembly.GetManifestResourceStream("Schema.sql")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex SchemaName();

    [LoggerMessage(721, LogLevel.Warning, "PostgreSQL at {Address} cannot be reached; trying for {Patience}. {Reason}")]
    private static partial void LogWaiting(ILogger logger, string address, TimeSpan patience, string reason);

    [LoggerMessage(722, LogLevel.Information,
        "Version {Version} of the tables was installed in the schema '{Schema}' of PostgreSQL at {Address}.")]
    private static partial void LogInstalled(ILogger logger, int version, string schema, string address);
}
