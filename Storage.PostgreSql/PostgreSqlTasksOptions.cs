namespace OrleansTasks;

/// <summary>Settings of the database in which a cluster keeps its tasks, or the list of its silos.</summary>
public sealed class PostgreSqlTasksOptions
{
    /// <summary>
    /// The schema of the database that holds the tables, so that they meet no others. Default: <c>orleans_tasks</c>. A name as PostgreSQL takes it
    /// without quotes: a lower-case letter, then lower-case letters, digits and underscores, up to 63 in all. All silos and clients of a cluster need the same.
    /// </summary>
    public string Schema { get; set; } = "orleans_tasks";

    /// <summary>
    /// Whether a silo makes the schema and the tables if they are missing. Default: true. Several silos may start at once. With false, or where the
    /// user of the connection may not do so, the script that comes with the library (<c>Schema.sql</c>) has to be run before.
    /// </summary>
    public bool InstallSchema { get; set; } = true;

    /// <summary>
    /// The name of a connection string of the host's configuration: <c>tasks</c> for <c>ConnectionStrings:tasks</c>. Null, the default: a connection string is given, or it is the host's own data
    /// source.
    /// </summary>
    public string? ConnectionName { get; set; }

    /// <summary>
    /// Where no connection string is given: the key under which the host has registered the <c>NpgsqlDataSource</c> to use. Null, the default: the one without a key. It is used as it is, and not
    /// closed; its pool is shared with the host.
    /// </summary>
    public object? ServiceKey { get; set; }
}
