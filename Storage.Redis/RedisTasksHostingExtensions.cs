using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;
using OrleansTasks;
using OrleansTasks.Hosting;
using OrleansTasks.Storage.Redis;

namespace Orleans.Hosting;

/// <summary>Keeps the tasks of a cluster, and its membership table, in Redis.</summary>
public static class RedisTasksHostingExtensions
{
    private const string Storage = "OrleansTasks.Redis.Storage";
    private const string Clustering = "OrleansTasks.Redis.Clustering";

    /// <summary>
    /// Keeps tasks, pending runs, history and stream subscriptions in Redis. Streams are in memory, unless the host registers others.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="connectionString">The connection string, in the format of StackExchange.Redis:
    /// <c>localhost:6379,password=…</c>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The connection string is empty or cannot be parsed.</exception>
    /// <remarks>
    /// <para>Redis must keep an append-only file (<c>appendonly yes</c>); otherwise a restart of Redis loses acknowledged writes. With
    /// <c>appendfsync everysec</c>, its default, a crash of its machine may lose the last second; with <c>always</c>, it loses nothing.
    /// Redis must
    /// not evict (<c>maxmemory-policy noeviction</c>). At its start, the silo logs a warning for settings that it finds wrong.</para>
    /// <para>A silo waits up to 30 s for Redis at its start, and then fails with a <see cref="TaskStorageException"/>.</para>
    /// </remarks>
    public static ISiloBuilder UseRedisTasks(this ISiloBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return Use(builder, RedisSource.Of(connectionString));
    }

    /// <summary>
    /// Keeps tasks, pending runs, history and stream subscriptions in Redis, through the host's existing connection
    /// (<c>IConnectionMultiplexer</c>) or a connection string of its configuration. Streams are in memory, unless the host registers
    /// others.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="options">Selects the Redis connection. Null uses the host's <c>IConnectionMultiplexer</c>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be
    /// parsed.</exception>
    /// <remarks>
    /// The remarks on <see cref="UseRedisTasks(ISiloBuilder, string)"/> apply here too. The host's connection is used as it is.
    /// </remarks>
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

    /// <summary>
    /// Keeps the cluster's membership table in Redis, and sets <see cref="TaskSiloHostingExtensions.UseQuickFailureDetection"/>.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="connectionString">The connection string, in the format of StackExchange.Redis.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The connection string is empty or cannot be parsed.</exception>
    /// <remarks>A silo waits up to 30 s for Redis at its start, and then fails with a <see cref="TaskStorageException"/>.</remarks>
    public static ISiloBuilder UseRedisTaskClustering(this ISiloBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return UseClustering(builder, RedisSource.Of(connectionString));
    }

    /// <summary>
    /// Keeps the cluster's membership table in Redis, through the host's existing connection or a connection string of its configuration,
    /// and sets <see cref="TaskSiloHostingExtensions.UseQuickFailureDetection"/>.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="options">Selects the Redis connection. Null uses the host's <c>IConnectionMultiplexer</c>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be
    /// parsed.</exception>
    public static ISiloBuilder UseRedisTaskClustering(this ISiloBuilder builder, Action<RedisTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return UseClustering(builder, RedisSource.Of(options, builder.Configuration));
    }

    /// <summary>
    /// Makes a client find the cluster's silos in Redis, and sets <see cref="TaskSiloHostingExtensions.UseQuickGatewayRefresh"/>.
    /// <see cref="TaskClientOptions.ConnectTimeout"/> limits how long it waits for Redis and for silos.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="connectionString">The connection string, in the format of StackExchange.Redis.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The connection string is empty or cannot be parsed.</exception>
    public static IClientBuilder UseRedisTaskClustering(this IClientBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = RedisConnection.Read(connectionString);
        return builder.UseRedisClustering(o => o.ConfigurationOptions = options).UseQuickGatewayRefresh();
    }

    /// <summary>
    /// Makes a client find the cluster's silos in Redis, through the host's existing connection or a connection string of its
    /// configuration, and sets <see cref="TaskSiloHostingExtensions.UseQuickGatewayRefresh"/>.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="options">Selects the Redis connection. Null uses the host's <c>IConnectionMultiplexer</c>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be
    /// parsed.</exception>
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

    private static void AddClusteringConnection(this IServiceCollection services) =>
        services.AddOptions<RedisClusteringOptions>().Configure<IServiceProvider>(static (o, s) =>
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

    private static void AddStorage(ISiloBuilder builder, string name) =>
        builder.AddRedisGrainStorage(name, static options => options.Configure<IServiceProvider>(static (o, s) =>
    {
        var connection = s.GetRequiredKeyedService<RedisConnection>(Storage);
        o.ConfigurationOptions = connection.Options;
        o.CreateMultiplexer = async _ => (await connection.GetAsync(), IsShared: true);
        o.DeleteStateOnClear = true;
    }));
}
