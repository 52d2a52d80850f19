using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansTasks.Testing;

/// <summary>Puts a fake task client into a container.</summary>
public static class FakeTaskClientExtensions
{
    /// <summary>
    /// Registers a <see cref="FakeTaskClient"/> as itself and as <see cref="ITaskClient"/>, in place of a client that is registered already. A test takes it from the container, or makes it and passes it here.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="client">The client; null, the default: a new one, by the container's <see cref="TimeProvider"/> if there is one.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddFakeTaskClient(this IServiceCollection services, FakeTaskClient? client = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.RemoveAll<ITaskClient>();
        services.RemoveAll<FakeTaskClient>();
        services.AddSingleton(s => client ?? new FakeTaskClient(s.GetService<TimeProvider>()));
        services.AddSingleton<ITaskClient>(static s => s.GetRequiredService<FakeTaskClient>());
        return services;
    }

    /// <summary>Registers a <see cref="FakeTaskClient"/>, and tells it what to answer.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Called when the client is made.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddFakeTaskClient(this IServiceCollection services, Action<FakeTaskClient> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var client = new FakeTaskClient();
        configure(client);
        return services.AddFakeTaskClient(client);
    }
}
