using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Handlers.Binding;

/// <summary>What the container has, asked without making anything.</summary>
/// <remarks>Of a container that cannot be asked, every type that can come from nowhere else is taken to be registered.</remarks>
internal sealed class ContainerView(IServiceProvider services)
{
    private readonly IServiceProviderIsService? _types = services.GetService<IServiceProviderIsService>();
    private readonly IServiceProviderIsKeyedService? _keyed = services.GetService<IServiceProviderIsKeyedService>();

    /// <summary>Whether the container can make the type.</summary>
    public bool CanMake(Type type) => _types?.IsService(type) ?? true;

    /// <summary>Whether the container can make the type under a key.</summary>
    public bool CanMake(Type type, object? key) => key is null ? CanMake(type) : _keyed?.IsKeyedService(type, key) ?? true;

    /// <summary>Whether somebody registered the type: a container makes an empty <c>IEnumerable&lt;T&gt;</c> of anything.</summary>
    public bool IsRegistered(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>)
        ? IsRegistered(type.GetGenericArguments()[0])
        : _types?.IsService(type) ?? false;
}
