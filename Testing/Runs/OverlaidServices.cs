using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Testing.Runs;

/// <summary>Represents a given container. Services that it lacks come from another one.</summary>
/// <param name="given">The given container, or a scope of it.</param>
/// <param name="beneath">Provides logging, a clock and a task client.</param>
internal sealed class OverlaidServices(IServiceProvider given, IServiceProvider beneath)
    : IServiceProvider, IKeyedServiceProvider, IServiceScopeFactory, IServiceProviderIsKeyedService
{
    private static readonly Type[] Provided = [typeof(ILoggerFactory), typeof(TimeProvider), typeof(ITaskClient), typeof(FakeTaskClient)];

    public object? GetService(Type serviceType) =>
        serviceType == typeof(IServiceProvider) || serviceType == typeof(IServiceScopeFactory)
            || serviceType == typeof(IKeyedServiceProvider) ? this
        : serviceType == typeof(IServiceProviderIsService) || serviceType == typeof(IServiceProviderIsKeyedService)
        ? given.GetService(serviceType) is null ? null : this
        : given.GetService(serviceType) ?? (IsProvided(serviceType) ? beneath.GetService(serviceType) : null);

    public object? GetKeyedService(Type serviceType, object? serviceKey) =>
        (given as IKeyedServiceProvider)?.GetKeyedService(serviceType, serviceKey);

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) => given.GetRequiredKeyedService(serviceType, serviceKey);

    public bool IsService(Type serviceType) =>
        given.GetRequiredService<IServiceProviderIsService>().IsService(serviceType) || IsProvided(serviceType);

    public bool IsKeyedService(Type serviceType, object? serviceKey) =>
        given.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(serviceType, serviceKey) ?? true;

    public IServiceScope CreateScope() => new Scope(given.CreateAsyncScope(), beneath);

    private static bool IsProvided(Type type) =>
        Provided.Contains(type) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ILogger<>));

    private sealed class Scope(AsyncServiceScope given, IServiceProvider beneath) : IServiceScope, IAsyncDisposable
    {
        public IServiceProvider ServiceProvider { get; } = new OverlaidServices(given.ServiceProvider, beneath);

        public void Dispose() => given.Dispose();

        public ValueTask DisposeAsync() => given.DisposeAsync();
    }
}
