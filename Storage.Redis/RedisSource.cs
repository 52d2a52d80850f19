using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace OrleansTasks.Storage.Redis;

/// <summary>Provides the connection to Redis: a new one from a connection string, or the host's own.</summary>
/// <param name="own">The options for a new connection, or null to use the host's own.</param>
/// <param name="key">The key of the host's own connection in the container.</param>
internal sealed class RedisSource(ConfigurationOptions? own, object? key)
{
    /// <exception cref="ArgumentException">The options set more than one connection, or a connection string is missing or not
    /// valid.</exception>
    public static RedisSource Of(Action<RedisTasksOptions>? configure, IConfiguration configuration)
    {
        var options = new RedisTasksOptions();
        configure?.Invoke(options);
        if (new object?[] { options.ConnectionString, options.ConnectionName, options.ServiceKey }.Count(o => o is not null) > 1)
        {
            throw new ArgumentException(
                "RedisTasksOptions has more than one of ConnectionString, ConnectionName and ServiceKey; set one of them.");
        }

        var text = options.ConnectionName is not { } name ? options.ConnectionString
            : configuration.GetConnectionString(name) is { Length: > 0 } named ? named
            : throw new ArgumentException($"ConnectionStrings:{name}, which RedisTasksOptions.ConnectionName names, is missing in the "
                + "configuration. Add it, or set another name.");
        return text is null ? new RedisSource(null, options.ServiceKey) : Of(text);
    }

    /// <exception cref="ArgumentException">The connection string is empty or not valid.</exception>
    public static RedisSource Of(string connectionString) => new(RedisConnection.Read(connectionString), null);

    /// <summary>Returns the connection for the container of a silo or client.</summary>
    /// <exception cref="OrleansConfigurationException">The host has no connection.</exception>
    public RedisConnection Open(IServiceProvider services)
    {
        var (time, log) = (services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging),
            services.GetRequiredService<ILogger<RedisConnection>>());
        if (own is not null)
        {
            return new RedisConnection(own, time, log);
        }

        var shared = (key is null ? services.GetService<IConnectionMultiplexer>() : services.GetKeyedService<IConnectionMultiplexer>(key))
            ?? throw new OrleansConfigurationException(key is null
                ? "OrleansTasks uses the host's connection to Redis, but no IConnectionMultiplexer is registered. Register one, or give "
                    + "UseRedisTasks a connection string."
                : "OrleansTasks uses the host's connection to Redis, but no IConnectionMultiplexer is registered under the key "
                    + $"'{key}'. Register one, or set RedisTasksOptions.ServiceKey to another key.");
        return new RedisConnection(ConfigurationOptions.Parse(shared.Configuration), time, log, shared);
    }
}
