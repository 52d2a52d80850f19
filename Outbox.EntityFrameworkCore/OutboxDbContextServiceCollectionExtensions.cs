using Microsoft.EntityFrameworkCore;
using OrleansTasks;
using OrleansTasks.Outbox.EntityFrameworkCore;
using OrleansTasks.Outbox.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the relay of an outbox that belongs to a context.</summary>
public static class OutboxDbContextServiceCollectionExtensions
{
    /// <summary>
    /// Adds the relay of the outbox in the database of a context, which hands its dispatches over to the cluster. Add it to several
    /// processes: one of them is active, and another takes over if that one is lost.
    /// </summary>
    /// <typeparam name="TContext">
    /// The context, registered with <c>AddDbContext</c> or <c>AddDbContextFactory</c>. Its model has the outbox
    /// (<c>modelBuilder.AddTaskOutbox()</c>). The model or a migration creates the tables.
    /// </typeparam>
    /// <param name="services">The services of a silo with <c>AddTasks</c>, or of a client with <c>AddTaskClient</c>.</param>
    /// <param name="configure">
    /// Sets the options. Null keeps the defaults. <see cref="OutboxOptions.Tables"/> and <see cref="OutboxOptions.CreateTables"/> have no
    /// effect, because the model has the tables.
    /// </param>
    /// <param name="name">
    /// The name of the outbox in log messages, metrics and health checks. Default: null, which uses the name of the context's type.
    /// </param>
    /// <returns>The same services, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">An outbox of that name was added before.</exception>
    public static IServiceCollection AddTaskOutbox<TContext>(this IServiceCollection services, Action<OutboxOptions>? configure = null,
        string? name = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddRelay(
            name ?? typeof(TContext).Name,
            static s =>
            {
                var scope = new ContextScope<TContext>(s);
                return (scope.Context.Database.GetDbConnection(), scope);
            },
            static s =>
            {
                using var scope = new ContextScope<TContext>(s);
                return OutboxModel.TablesOf(scope.Context);
            },
            options =>
            {
                configure?.Invoke(options);
                options.CreateTables = false;
            });
    }
}
