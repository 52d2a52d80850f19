using System.Data.Common;
using OrleansTasks;
using OrleansTasks.Outbox.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the relay of an outbox to a silo or a client web server.</summary>
public static class OutboxServiceCollectionExtensions
{
    /// <summary>The name of an outbox that is added without one.</summary>
    public const string DefaultName = "default";

    /// <summary>
    /// Adds the relay of an outbox, which hands its dispatches over to the cluster. Add it to several processes: one of them is active, and
    /// another takes over if that one is lost.
    /// </summary>
    /// <param name="services">The services of a silo with <c>AddTasks</c>, or of a client with <c>AddTaskClient</c>.</param>
    /// <param name="connect">
    /// Creates a connection to the database of the outbox. The relay opens and disposes it. It needs a session: a pool of connections that
    /// changes them between transactions cannot be used with <see cref="OutboxOptions.Notify"/>.
    /// </param>
    /// <param name="configure">Sets the options. Null keeps the defaults.</param>
    /// <param name="name">The name of the outbox in log messages, metrics and health checks. Each outbox has its own.</param>
    /// <returns>The same services, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">An outbox of that name was added before.</exception>
    public static IServiceCollection AddTaskOutbox(this IServiceCollection services, Func<IServiceProvider, DbConnection> connect,
        Action<OutboxOptions>? configure = null, string name = DefaultName)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return services.AddRelay(name, s => (connect(s), null), null, configure);
    }
}
