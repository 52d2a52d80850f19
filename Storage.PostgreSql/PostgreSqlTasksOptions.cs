namespace OrleansTasks;

/// <summary>Defines the settings of the database for a cluster's tasks or its membership table.</summary>
public sealed class PostgreSqlTasksOptions
{
    /// <summary>
    /// Gets or sets the schema of the database that holds the tables, which separates them from others. Default: <c>orleans_tasks</c>. The
    /// name must be valid without quotes: a lowercase letter, then lowercase letters, digits and underscores, at most 63 characters. All
    /// silos and clients of a cluster need the same schema.
    /// </summary>
    public string Schema { get; set; } = "orleans_tasks";

    /// <summary>
    /// Gets or sets a value indicating whether a silo creates the schema and the tables if they are missing. Default: true. Several silos
    /// may start at once. If it is false, or the database user lacks the permission, run the library's script (<c>Schema.sql</c>) first.
    /// </summary>
    public bool InstallSchema { get; set; } = true;

    /// <summary>
    /// Gets or sets the name of a connection string in the host's configuration: <c>tasks</c> for <c>ConnectionStrings:tasks</c>. Default:
    /// null, which uses the given connection string or the host's data source.
    /// </summary>
    public string? ConnectionName { get; set; }

    /// <summary>
    /// Gets or sets the key under which the host has registered the <c>NpgsqlDataSource</c> to use, if there is no connection string.
    /// Default: null, which uses the one without a key. The data source is used as it is and not closed. The host shares its pool.
    /// </summary>
    public object? ServiceKey { get; set; }
}
