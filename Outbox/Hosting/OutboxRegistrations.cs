using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansTasks.Client;
using OrleansTasks.Hosting;
using OrleansTasks.Outbox.Relay;
using OrleansTasks.Streams;

namespace OrleansTasks.Outbox.Hosting;

/// <summary>Registers relays.</summary>
internal static class OutboxRegistrations
{
    /// <summary>Registers a relay.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="name">The name of the outbox.</param>
    /// <param name="open">Returns a connection and what is disposed with it.</param>
    /// <param name="tables">Finds the tables, or null for those of the options.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddRelay(this IServiceCollection services, string name,
        Func<IServiceProvider, (DbConnection Connection, IAsyncDisposable? Owner)> open, Func<IServiceProvider, OutboxTables>? tables,
        Action<OutboxOptions>? configure)
    {
        if (services.Any(d => d.ServiceType == typeof(OutboxRegistration) && d.ImplementationInstance is OutboxRegistration known
            && known.Name == name))
        {
            throw new InvalidOperationException($"The outbox '{name}' is added twice. Give each outbox its own name.");
        }

        services.AddSingleton(new OutboxRegistration(name));
        services.AddContainedLogger<OutboxRelay>();
        services.TryAddSingleton<RelayLog>();
        services.TryAddSingleton<RelayMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OutboxOptions>, OutboxOptionsValidator>());
        var options = services.AddOptions<OutboxOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddKeyedSingleton(
            name,
            (s, _) => new RelayStatus(name, s.GetRequiredService<IOptionsMonitor<OutboxOptions>>().Get(name), EngineClocks.OfPauses(s)));
        services.AddSingleton<IHostedService>(s =>
        {
            var status = s.GetRequiredKeyedService<RelayStatus>(name);
            return new OutboxRelay(
                new RelayConnections(open, s), () => RunsOf(s, name), tables is null ? () => status.Options.Tables : () => tables(s),
                status, s.GetRequiredService<RelayMetrics>(), s.GetRequiredService<RelayLog>());
        });
        return services;
    }

    private static IGivenRuns RunsOf(IServiceProvider services, string name) => services.GetService<ITaskClient>() switch
    {
        IGivenRuns runs => runs,
        null => throw new InvalidOperationException($"The relay of the outbox '{name}' needs ITaskClient, which is not registered. Call "
            + "AddTasks on the silo, or AddTaskClient on the client."),
        var other => throw new InvalidOperationException($"The relay of the outbox '{name}' needs the ITaskClient of OrleansTasks, but "
            + $"{other.GetType()} is registered. Remove AddTaskOutbox from this host, or that registration."),
    };
}
