using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using OrleansTasks;
using OrleansTasks.Storage.Sqlite;

namespace Orleans.Hosting;

/// <summary>Keeps the tasks of a silo in a SQLite file.</summary>
public static class SqliteTasksSiloBuilderExtensions
{
    /// <summary>
    /// Keeps tasks, pending runs, history and stream subscriptions in a SQLite file that only this silo uses. Streams are in memory:
    /// subscribers read from the history what is lost when the silo stops.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="path">The path of the file. The file and its directory are created if missing.</param>
    /// <param name="options">Sets further options. Null keeps the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The path is empty, or the options also name a connection string.</exception>
    /// <remarks>
    /// The silo does not start if the file is in use, damaged, of a later version, or not a store of tasks. It throws a
    /// <see cref="SqliteStorageException"/> that says why.
    /// </remarks>
    public static ISiloBuilder UseSqliteTasks(this ISiloBuilder builder, string path, Action<SqliteTasksOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var given = Given(options);
        return given.ConnectionName is null ? Use(builder, path, null, options)
            : throw new ArgumentException($"UseSqliteTasks is given the path '{path}', and SqliteTasksOptions.ConnectionName is "
                + $"'{given.ConnectionName}'; set only one of them.");
    }

    private static ISiloBuilder Use(ISiloBuilder builder, string path, string? connectionName, Action<SqliteTasksOptions>? options)
    {
        var services = builder.Services;
        services.Configure<SqliteTasksOptions>(o => o.Path = path);
        if (options is not null)
        {
            services.Configure(options);
        }

        // The path was determined above, so a ConnectionName that is set elsewhere would have no effect.
        services.AddSingleton<IValidateOptions<SqliteTasksOptions>>(new SqliteTasksOptionsValidator(connectionName));
        services.TryAddSingleton<SqliteStore>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SqliteLifecycle>();
        AddStorage(services, TaskStorage.Name);
        if (!builder.HasPubSubStore())
        {
            AddStorage(services, TaskSiloHostingExtensions.PubSubStore);
        }

        return builder.AddTaskStreams();
    }

    /// <summary>
    /// Keeps tasks, pending runs, history and stream subscriptions in the SQLite file that the options or a connection string of the host's
    /// configuration name. See <see cref="UseSqliteTasks(ISiloBuilder, string, Action{SqliteTasksOptions}?)"/>.
    /// </summary>
    /// <param name="builder">The silo builder.</param>
    /// <param name="options">Sets the options, including <see cref="SqliteTasksOptions.Path"/> or
    /// <see cref="SqliteTasksOptions.ConnectionName"/>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentException">The connection string is missing or names no file, or the options also have a path.</exception>
    public static ISiloBuilder UseSqliteTasks(this ISiloBuilder builder, Action<SqliteTasksOptions> options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        var given = Given(options);
        if (given.ConnectionName is not { } name)
        {
            return UseSqliteTasks(builder, given.Path, options);
        }

        if (given.Path != new SqliteTasksOptions().Path)
        {
            throw new ArgumentException($"SqliteTasksOptions.Path is '{given.Path}', and ConnectionName is '{name}'; set only one of "
                + "them.");
        }

        var text = builder.Configuration.GetConnectionString(name) is { Length: > 0 } named ? named
            : throw new ArgumentException($"ConnectionStrings:{name}, which SqliteTasksOptions.ConnectionName names, is missing in the "
                + "configuration. Add it, or set another name.");
        var path = text.Contains('=', StringComparison.Ordinal) ? new SqliteConnectionStringBuilder(text).DataSource : text;
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Use(builder, path, name, o =>
        {
            options(o);
            o.Path = path;
        });
    }

    private static SqliteTasksOptions Given(Action<SqliteTasksOptions>? options)
    {
        var given = new SqliteTasksOptions();
        options?.Invoke(given);
        return given;
    }

    private static void AddStorage(IServiceCollection services, string name) => services.AddKeyedSingleton<IGrainStorage>(
        name, (s, _) =>
            new SqliteGrainStorage(name, s.GetRequiredService<SqliteStore>(),
                s.GetKeyedService<IGrainStorageSerializer>(name) ?? s.GetRequiredService<IGrainStorageSerializer>()));
}
