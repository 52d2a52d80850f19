namespace OrleansTasks;

/// <summary>
/// Selects the Redis connection of a silo or client. Set at most one of the three properties. Without any, the host's
/// <c>IConnectionMultiplexer</c> is used.
/// </summary>
public sealed class RedisTasksOptions
{
    /// <summary>
    /// Gets or sets the connection string, in the format of StackExchange.Redis, or <c>redis://user:password@host:6379/0</c>. Default:
    /// null.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Gets or sets the name of a connection string in the host's configuration: <c>tasks</c> for <c>ConnectionStrings:tasks</c>. Default:
    /// null.
    /// </summary>
    public string? ConnectionName { get; set; }

    /// <summary>
    /// Gets or sets the key under which the host has registered the <c>IConnectionMultiplexer</c> to use, as with <c>AddKeyedSingleton</c>.
    /// Default: null, which uses the one without a key. The connection is used as it is and not closed.
    /// </summary>
    public object? ServiceKey { get; set; }
}
