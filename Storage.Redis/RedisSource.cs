using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace OrleansTasks.Storage.Redis;

/// <summary>Which connection to Redis is used: one that is made from a connection string, or one that the host has.</summary>
/// <param name="own">What one is made from; null if the host has it.</param>
/// <param name="key">The key under which the host has it.</param>
internal sealed class RedisSource(ConfigurationOptions? own, object? key)
{
    /// <exception cref="ArgumentException">More than one is said, or a connection string is missing or cannot be read.</exception>
    public static RedisSource Of(Action<RedisTasksOptions>? configure, IConfiguration configuration)
    {
        var options = new RedisTasksOptions();
        configure?.Invoke(options);
        if (new object?[] { options.ConnectionString, options.ConnectionName, options.ServiceKey }.Count(o => o is not null) > 1)
        {
            throw new ArgumentException("RedisTasksOptions has more than one of ConnectionString, ConnectionName and ServiceKey; set one of them.");
        }

        var text = options.ConnectionName is not { } name ? options.ConnectionString
            : configuration.GetConnectionString(name) is { Length: > 0 } named ? named
            : throw new ArgumentException($"ConnectionStrings:{name}, which RedisTasksOptions.ConnectionName names, is missing in the configuration.");
        return text is null ? new RedisSource(null, options.ServiceKey) : Of(text);
    }

    /// <exception cref="ArgumentException">It is empty or cannot be read.</exception>
    public static RedisSource Of(string connectionString) => new(RedisConnection.Read(connectionString), null);

    /// <summary>The connection, from the container of a silo or client.</summary>
    /// <exception cref="OrleansConfigurationException">The host has none.</exception>
    public RedisConnection Open(IServiceProvider services)
    {
        var (time, log) = (services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging), services.GetRequiredService<ILogger<RedisConnection>>());
        if (own is not null)
        {
            return new RedisConnection(own, time, log);
        }

        var shared = (key is null ? services.GetService<IConnectionMultiplexer>() : services.GetKeyedService<IConnectionMultiplexer>(key))
            ?? throw new OrleansConfigurationException(key is null
                ? "OrleansTasks uses the host's connection to Redis, but no IConnectionMultiplexer is registered. Register one, or give "
                    + "UseRedisTasks a connection string."
                : $"OrleansTasks uses the host's connection to Redis, but no IConnectionMultiplexer is registered under the key '{key}'.");
        return new RedisConnection(ConfigurationOptions.Parse(shared.Configuration), time, log, shared);
    }
}
