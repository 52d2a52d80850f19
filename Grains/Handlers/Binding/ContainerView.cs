using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Tells what the container has, without creating anything.</summary>
/// <remarks>If the container cannot be asked, every type that has no other source is assumed to be registered.</remarks>
internal sealed class ContainerView(IServiceProvider services)
{
    private readonly IServiceProviderIsService? _types = services.GetService<IServiceProviderIsService>();
    private readonly IServiceProviderIsKeyedService? _keyed = services.GetService<IServiceProviderIsKeyedService>();

    /// <summary>Decides whether the container can create the type.</summary>
    public bool CanMake(Type type) => _types?.IsService(type) ?? true;

    /// <summary>Decides whether the container can create the type under a key.</summary>
    public bool CanMake(Type type, object? key) => key is null ? CanMake(type) : _keyed?.IsKeyedService(type, key) ?? true;

    /// <summary>Decides whether the type is registered. A container creates an empty <c>IEnumerable&lt;T&gt;</c> of any type.</summary>
    public bool IsRegistered(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>)
        ? IsRegistered(type.GetGenericArguments()[0])
        : _types?.IsService(type) ?? false;
}
