namespace OrleansTasks;

/// <summary>Says which Redis a silo or client uses. At most one of the three is set; without any, it is the host's own <c>IConnectionMultiplexer</c>.</summary>
public sealed class RedisTasksOptions
{
    /// <summary>Where Redis is, as StackExchange.Redis reads it, or <c>redis://user:password@host:6379/0</c>. Null, the default: one of the others says it.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The name of a connection string of the host's configuration: <c>tasks</c> for <c>ConnectionStrings:tasks</c>. Null, the default: none.</summary>
    public string? ConnectionName { get; set; }

    /// <summary>
    /// The key under which the host has registered the <c>IConnectionMultiplexer</c> to use, as <c>AddKeyedSingleton</c> does. Null, the default: the one without a key. It is used as it is, and
    /// not closed.
    /// </summary>
    public object? ServiceKey { get; set; }
}
