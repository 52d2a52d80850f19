using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansTasks.Testing;

/// <summary>Adds a fake task client to a service collection.</summary>
public static class FakeTaskClientExtensions
{
    /// <summary>
    /// Registers a <see cref="FakeTaskClient"/> as itself and as <see cref="ITaskClient"/>, and replaces a registered client. A test gets
    /// it from the container, or creates it and passes it here.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="client">The client. Default: null, which creates one with the container's <see cref="TimeProvider"/>, if there is
    /// one.</param>
    /// <returns>The same services, so that calls can be chained.</returns>
    public static IServiceCollection AddFakeTaskClient(this IServiceCollection services, FakeTaskClient? client = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.RemoveAll<ITaskClient>();
        services.RemoveAll<FakeTaskClient>();
        services.AddSingleton(s => client ?? new FakeTaskClient(s.GetService<TimeProvider>()));
        services.AddSingleton<ITaskClient>(static s => s.GetRequiredService<FakeTaskClient>());
        return services;
    }

    /// <summary>Registers a <see cref="FakeTaskClient"/> with programmed answers.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Programs the answers. Called when the client is created.</param>
    /// <returns>The same services, so that calls can be chained.</returns>
    public static IServiceCollection AddFakeTaskClient(this IServiceCollection services, Action<FakeTaskClient> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var client = new FakeTaskClient();
        configure(client);
        return services.AddFakeTaskClient(client);
    }
}
