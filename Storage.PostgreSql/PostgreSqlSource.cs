using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansTasks.Storage.PostgreSql;

/// <summary>Provides the connections to PostgreSQL: new ones from a connection string, or those of the host's data source.</summary>
/// <param name="connectionString">The connection string, or null to use the host's data source.</param>
/// <param name="options">The options with the schema and the key of the host's data source in the container.</param>
internal sealed class PostgreSqlSource(string? connectionString, PostgreSqlTasksOptions options)
{
    public PostgreSqlTasksOptions Options => options;

    /// <exception cref="ArgumentException">The options set more than one database, or a connection string is missing.</exception>
    public static PostgreSqlSource Of(string? connectionString, Action<PostgreSqlTasksOptions>? configure, IConfiguration configuration)
    {
        var options = new PostgreSqlTasksOptions();
        configure?.Invoke(options);
        if (new[] { connectionString, options.ConnectionName, options.ServiceKey }.Count(o => o is not null) > 1)
        {
            throw new ArgumentException("PostgreSqlTasksOptions has more than one of a connection string, ConnectionName and "
                + "ServiceKey; set one of them.");
        }

        var text = options.ConnectionName is not { } name ? connectionString
            : configuration.GetConnectionString(name) is { Length: > 0 } named ? named
            : throw new ArgumentException($"ConnectionStrings:{name}, which PostgreSqlTasksOptions.ConnectionName names, is missing in the "
                + "configuration. Add it, or set another name.");
        PostgreSqlDatabase.CheckSchema(options);
        return new PostgreSqlSource(text, options);
    }

    /// <summary>Checks the connection string, if there is one.</summary>
    /// <exception cref="ArgumentException">The connection string is not valid.</exception>
    public PostgreSqlSource Checked(int pool)
    {
        if (connectionString is not null)
        {
            PostgreSqlDatabase.Read(connectionString, options, pool);
        }

        return this;
    }

    /// <summary>Returns the database for the container of a silo or client.</summary>
    /// <exception cref="OrleansConfigurationException">The host has no data source, or its connections cannot have their own
    /// schema.</exception>
    public PostgreSqlDatabase Open(IServiceProvider services, int pool) => connectionString is not null
        ? ActivatorUtilities.CreateInstance<PostgreSqlDatabase>(services, connectionString, options, pool)
        : new PostgreSqlDatabase(Checked(HostsOwn(services)), options,
            services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging),
            services.GetRequiredService<ILogger<PostgreSqlDatabase>>());

    private static NpgsqlDataSource Checked(NpgsqlDataSource host) => SchemaDataSource.Obstacle(host) is { } fault
        ? throw new OrleansConfigurationException("OrleansTasks cannot use the host's NpgsqlDataSource, whose connection string has "
            + $"{fault}. Remove it there, or give UsePostgreSqlTasks a connection string or another data source.")
        : host;

    private NpgsqlDataSource HostsOwn(IServiceProvider services) =>
        (options.ServiceKey is { } key ? services.GetKeyedService<NpgsqlDataSource>(key) : services.GetService<NpgsqlDataSource>())
        ?? throw new OrleansConfigurationException(options.ServiceKey is null
            ? "OrleansTasks uses the host's PostgreSQL, but no NpgsqlDataSource is registered. Register one, or give UsePostgreSqlTasks a "
                + "connection string."
            : $"OrleansTasks uses the host's PostgreSQL, but no NpgsqlDataSource is registered under the key '{options.ServiceKey}'. "
                + "Register one, or set PostgreSqlTasksOptions.ServiceKey to another key.");
}
