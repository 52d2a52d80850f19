using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;
using OrleansTasks;
using OrleansTasks.Hosting;
using OrleansTasks.Storage.Redis;

namespace Orleans.Hosting;

/// <summary>Keeps the tasks of a cluster, and the list of its silos, in Redis.</summary>
public static class RedisTasksHostingExtensions
{
    private const string Storage = "OrleansTasks.Redis.Storage";
    private const string Clustering = "OrleansTasks.Redis.Clustering";

    /// <summary>
    /// Keeps tasks, pending runs, history and stream subscriptions in Redis. Streams are in memory, unless the host registers others.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="connectionString">Where Redis is, as StackExchange.Redis reads it: <c>localhost:6379,password=…</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The connection string is empty or cannot be read.</exception>
    /// <remarks>
    /// <para>Redis must keep an append-only file (<c>appendonly yes</c>), or a restart of it loses what was acknowledged; with
    /// <c>appendfsync everysec</c>, its default, a crash of its machine may lose the last second, with <c>always</c> nothing. It must not evict
    /// (<c>maxmemory-policy noeviction</c>). The silo warns, at its start, of what it sees of that.</para>
    /// <para>A silo waits up to 30 s for Redis at its start, and then fails with a <see cref="TaskStorageException"/>.</para>
    /// </remarks>
    public static ISiloBuilder UseRedisTasks(this ISiloBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return Use(builder, RedisSource.Of(connectionString));
    }

    /// <summary>
    /// Keeps tasks, pending runs, history and stream subscriptions in Redis, through the connection that the host has already (<c>IConnectionMultiplexer</c>), or by a connection string of its
    /// configuration. Streams are in memory, unless the host registers others.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="options">Says which Redis; null for the host's <c>IConnectionMultiplexer</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be read.</exception>
    /// <remarks>What <see cref="UseRedisTasks(ISiloBuilder, string)"/> says of Redis holds here too. The host's own connection is used as it is.</remarks>
    public static ISiloBuilder UseRedisTasks(this ISiloBuilder builder, Action<RedisTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return Use(builder, RedisSource.Of(options, builder.Configuration));
    }

    private static ISiloBuilder Use(ISiloBuilder builder, RedisSource source)
    {
        var services = builder.Services;
        services.AddRedisConnection(Storage, source);
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static s =>
            ActivatorUtilities.CreateInstance<RedisDurabilityCheck>(s, s.GetRequiredKeyedService<RedisConnection>(Storage)));
        AddStorage(builder, TaskStorage.Name);
        if (!builder.HasPubSubStore())
        {
            AddStorage(builder, TaskSiloHostingExtensions.PubSubStore);
        }

        return builder.AddTaskStreams();
    }

    /// <summary>Keeps the list of the cluster's silos in Redis, and sets <see cref="TaskSiloHostingExtensions.UseQuickFailureDetection"/>.</summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="connectionString">Where Redis is, as StackExchange.Redis reads it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The connection string is empty or cannot be read.</exception>
    /// <remarks>A silo waits up to 30 s for Redis at its start, and then fails with a <see cref="TaskStorageException"/>.</remarks>
    public static ISiloBuilder UseRedisTaskClustering(this ISiloBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return UseClustering(builder, RedisSource.Of(connectionString));
    }

    /// <summary>
    /// Keeps the list of the cluster's silos in Redis, through the connection that the host has already or by a connection string of its configuration, and sets
    /// <see cref="TaskSiloHostingExtensions.UseQuickFailureDetection"/>.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="options">Says which Redis; null for the host's <c>IConnectionMultiplexer</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be read.</exception>
    public static ISiloBuilder UseRedisTaskClustering(this ISiloBuilder builder, Action<RedisTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return UseClustering(builder, RedisSource.Of(options, builder.Configuration));
    }

    /// <summary>
    /// Has a client find the cluster's silos in Redis, and sets <see cref="TaskSiloHostingExtensions.UseQuickGatewayRefresh"/>. How long it waits
    /// for Redis and for silos, <see cref="TaskClientOptions.ConnectTimeout"/> says.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="connectionString">Where Redis is, as StackExchange.Redis reads it.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The connection string is empty or cannot be read.</exception>
    public static IClientBuilder UseRedisTaskClustering(this IClientBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = RedisConnection.Read(connectionString);
        return builder.UseRedisClustering(o => o.ConfigurationOptions = options).UseQuickGatewayRefresh();
    }

    /// <summary>
    /// Has a client find the cluster's silos in Redis, through the connection that the host has already or by a connection string of its configuration, and sets
    /// <see cref="TaskSiloHostingExtensions.UseQuickGatewayRefresh"/>.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="options">Says which Redis; null for the host's <c>IConnectionMultiplexer</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be read.</exception>
    public static IClientBuilder UseRedisTaskClustering(this IClientBuilder builder, Action<RedisTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRedisConnection(Clustering, RedisSource.Of(options, builder.Configuration));
        builder.Services.AddClusteringConnection();
        return builder.UseRedisClustering(static _ => { }).UseQuickGatewayRefresh();
    }

    private static ISiloBuilder UseClustering(ISiloBuilder builder, RedisSource source)
    {
        builder.Services.AddRedisConnection(Clustering, source);
        builder.Services.AddClusteringConnection();
        return builder.UseRedisClustering(static _ => { }).UseQuickFailureDetection();
    }

    private static void AddClusteringConnection(this IServiceCollection services) => services.AddOptions<RedisClusteringOptions>().Configure<IServiceProvider>(static (o, s) =>
    {
        var connection = s.GetRequiredKeyedService<RedisConnection>(Clustering);
        o.ConfigurationOptions = connection.Options;
        o.CreateMultiplexer = async _ => (await connection.GetAsync(), IsShared: true);
    });

    private static void AddRedisConnection(this IServiceCollection services, string name, RedisSource source)
    {
        services.AddContainedLogger<RedisConnection>().AddContainedLogger<RedisDurabilityCheck>();
        services.AddKeyedSingleton(name, (s, _) => source.Open(s));
    }

    private static void AddStorage(ISiloBuilder builder, string name) => builder.AddRedisGrainStorage(name, static options => options.Configure<IServiceProvider>(static (o, s) =>
    {
        var connection = s.GetRequiredKeyedService<RedisConnection>(Storage);
        o.ConfigurationOptions = connection.Options;
        o.CreateMultiplexer = async _ => (await connection.GetAsync(), IsShared: true);
        o.DeleteStateOnClear = true;
    }));
}
