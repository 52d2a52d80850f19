using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansTasks;
using OrleansTasks.Hosting;
using OrleansTasks.Storage.PostgreSql;

namespace Orleans.Hosting;

/// <summary>Keeps the tasks of a cluster, and its membership table, in PostgreSQL, through Orleans' ADO.NET providers.</summary>
public static class PostgreSqlTasksHostingExtensions
{
    private const string Invariant = "Npgsql";
    private const string Storage = "OrleansTasks.PostgreSql.Storage";
    private const string Clustering = "OrleansTasks.PostgreSql.Clustering";

    // Partitions and histories write concurrently, up to some tens at a time. A database accepts a hundred connections by default.
    private const int StoragePool = 24;
    private const int ClusteringPool = 4;

    /// <summary>
    /// Keeps tasks, pending runs, history and stream subscriptions in PostgreSQL. Streams are in memory, unless the host registers others.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="connectionString">The connection string, in the format of Npgsql:
    /// <c>Host=localhost;Database=tasks;Username=tasks;Password=…</c>. The database must exist.</param>
    /// <param name="options">Sets further options. Null keeps the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The connection string or an option is empty or cannot be parsed.</exception>
    /// <remarks>
    /// <para>Defaults, unless the connection string sets them: at most 24 connections, a connection timeout of 5 s, and a command timeout
    /// of
    /// 10 s.</para>
    /// <para>A silo waits up to 30 s for the database at its start, and then fails with a <see cref="TaskStorageException"/>. It fails at
    /// once if
    /// the database refuses the connection or its tables are of a later version.</para>
    /// </remarks>
    public static ISiloBuilder UsePostgreSqlTasks(this ISiloBuilder builder, string connectionString,
        Action<PostgreSqlTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return Use(builder, PostgreSqlSource.Of(connectionString, options, builder.Configuration));
    }

    /// <summary>
    /// Keeps tasks, pending runs, history and stream subscriptions in PostgreSQL, through the host's existing data source
    /// (<c>NpgsqlDataSource</c>) or a connection string of its configuration. Streams are in memory, unless the host registers others.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="options">Selects the database and sets further options. Null uses the host's <c>NpgsqlDataSource</c>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be
    /// parsed.</exception>
    /// <remarks>
    /// The remarks on <see cref="UsePostgreSqlTasks(ISiloBuilder, string, Action{PostgreSqlTasksOptions}?)"/> apply here too. The host's
    /// data source is used as it is: its pool should have room for some tens of further connections. Each connection sets the schema when
    /// it opens, which takes one more query.
    /// </remarks>
    public static ISiloBuilder UsePostgreSqlTasks(this ISiloBuilder builder, Action<PostgreSqlTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return Use(builder, PostgreSqlSource.Of(null, options, builder.Configuration));
    }

    private static ISiloBuilder Use(ISiloBuilder builder, PostgreSqlSource source)
    {
        builder.Services.AddDatabase(Storage, source, StoragePool);
        builder.Services.AddInstallation(Storage);
        AddStorage(builder, TaskStorage.Name);
        if (!builder.HasPubSubStore())
        {
            AddStorage(builder, TaskSiloHostingExtensions.PubSubStore);
        }

        return builder.AddTaskStreams();
    }

    /// <summary>
    /// Keeps the cluster's membership table in PostgreSQL, and sets <see cref="TaskSiloHostingExtensions.UseQuickFailureDetection"/>.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="connectionString">The connection string, in the format of Npgsql. The database must exist.</param>
    /// <param name="options">Sets further options. Null keeps the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The connection string or an option is empty or cannot be parsed.</exception>
    /// <remarks>
    /// A silo waits for the database as with <see cref="UsePostgreSqlTasks(ISiloBuilder, string, Action{PostgreSqlTasksOptions}?)"/>. It
    /// opens up to 4 connections.
    /// </remarks>
    public static ISiloBuilder UsePostgreSqlTaskClustering(this ISiloBuilder builder, string connectionString,
        Action<PostgreSqlTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return UseClustering(builder, PostgreSqlSource.Of(connectionString, options, builder.Configuration));
    }

    /// <summary>
    /// Keeps the cluster's membership table in PostgreSQL, through the host's existing data source or a connection string of its
    /// configuration, and sets <see cref="TaskSiloHostingExtensions.UseQuickFailureDetection"/>.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="options">Selects the database and sets further options. Null uses the host's <c>NpgsqlDataSource</c>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be
    /// parsed.</exception>
    public static ISiloBuilder UsePostgreSqlTaskClustering(this ISiloBuilder builder, Action<PostgreSqlTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return UseClustering(builder, PostgreSqlSource.Of(null, options, builder.Configuration));
    }

    private static ISiloBuilder UseClustering(ISiloBuilder builder, PostgreSqlSource source)
    {
        builder.Services.AddDatabase(Clustering, source, ClusteringPool);
        builder.Services.AddInstallation(Clustering);
        builder.Services.AddOptions<AdoNetClusteringSiloOptions>()
            .Configure<IServiceProvider>(static (o, s) => (o.Invariant, o.DataSource) = (Invariant, Source(s, Clustering)));
        return builder.UseAdoNetClustering(static (AdoNetClusteringSiloOptions _) => { }).UseQuickFailureDetection();
    }

    /// <summary>
    /// Makes a client find the cluster's silos in PostgreSQL, and sets <see cref="TaskSiloHostingExtensions.UseQuickGatewayRefresh"/>.
    /// <see cref="TaskClientOptions.ConnectTimeout"/> limits how long it waits for the database and for silos.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="connectionString">The connection string, in the format of Npgsql. The database must exist.</param>
    /// <param name="options">Sets further options. Null keeps the defaults. A client does not create the schema.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The connection string or an option is empty or cannot be parsed.</exception>
    public static IClientBuilder UsePostgreSqlTaskClustering(this IClientBuilder builder, string connectionString,
        Action<PostgreSqlTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return UseClustering(builder, PostgreSqlSource.Of(connectionString, options, builder.Configuration));
    }

    /// <summary>
    /// Makes a client find the cluster's silos in PostgreSQL, through the host's existing data source or a connection string of its
    /// configuration, and sets <see cref="TaskSiloHostingExtensions.UseQuickGatewayRefresh"/>.
    /// </summary>
    /// <param name="builder">The client builder.</param>
    /// <param name="options">Selects the database and sets further options. Null uses the host's <c>NpgsqlDataSource</c>. A client does not
    /// create the schema.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The options contradict each other, or a connection string is missing or cannot be
    /// parsed.</exception>
    public static IClientBuilder UsePostgreSqlTaskClustering(this IClientBuilder builder, Action<PostgreSqlTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return UseClustering(builder, PostgreSqlSource.Of(null, options, builder.Configuration));
    }

    private static IClientBuilder UseClustering(IClientBuilder builder, PostgreSqlSource source)
    {
        builder.Services.AddDatabase(Clustering, source, ClusteringPool);
        builder.Services.AddOptions<AdoNetClusteringClientOptions>()
            .Configure<IServiceProvider>(static (o, s) => (o.Invariant, o.DataSource) = (Invariant, Source(s, Clustering)));
        return builder.UseAdoNetClustering(static (AdoNetClusteringClientOptions _) => { }).UseQuickGatewayRefresh();
    }

    private static void AddDatabase(this IServiceCollection services, string name, PostgreSqlSource source, int pool)
    {
        source.Checked(pool);
        services.AddContainedLogger<PostgreSqlDatabase>();
        services.AddKeyedSingleton(name, (s, _) => source.Open(s, pool));
    }

    private static void AddInstallation(this IServiceCollection services, string name) =>
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            s => new PostgreSqlInstallation(s.GetRequiredKeyedService<PostgreSqlDatabase>(name)));

    private static void AddStorage(ISiloBuilder builder, string name) =>
        builder.AddAdoNetGrainStorage(name, static options => options.Configure<IServiceProvider>(static (o, s) =>
    {
        (o.Invariant, o.DataSource) = (Invariant, Source(s, Storage));
        o.DeleteStateOnClear = true;
    }));

    private static System.Data.Common.DbDataSource Source(IServiceProvider services, string name) =>
        services.GetRequiredKeyedService<PostgreSqlDatabase>(name).Source;
}
