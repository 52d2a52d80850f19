using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Testing.Runs;

/// <summary>
/// Records what is requested from a container when a handler is compiled. With another container that gives the same answers, the handler
/// would be compiled in the same way.
/// </summary>
/// <param name="services">The container.</param>
internal sealed class AskedServices(IServiceProvider services) : IServiceProvider, IServiceProviderIsKeyedService
{
    private static readonly object NoKey = new();
    private readonly IServiceProviderIsService? _types = services.GetService<IServiceProviderIsService>();
    private readonly IServiceProviderIsKeyedService? _keyed = services.GetService<IServiceProviderIsKeyedService>();
    private readonly List<(Type Type, object? Key, bool Answer)> _answers = [];

    /// <summary>Decides whether a container would have given the same answers.</summary>
    public bool Fits(IServiceProvider other)
    {
        var asked = new AskedServices(other);
        return asked.HasTypes == HasTypes && asked.HasKeyed == HasKeyed
            && _answers.TrueForAll(a => a.Answer == (a.Key == NoKey ? asked.IsService(a.Type) : asked.IsKeyedService(a.Type, a.Key)));
    }

    public object? GetService(Type serviceType) =>
        serviceType == typeof(IServiceProviderIsService) ? HasTypes ? this : null
        : serviceType == typeof(IServiceProviderIsKeyedService) ? HasKeyed ? this : null
        : services.GetService(serviceType);

    public bool IsService(Type serviceType) => Note(serviceType, NoKey, _types!.IsService(serviceType));

    public bool IsKeyedService(Type serviceType, object? serviceKey) =>
        Note(serviceType, serviceKey, _keyed!.IsKeyedService(serviceType, serviceKey));

    private bool HasTypes => _types is not null;

    private bool HasKeyed => _keyed is not null;

    private bool Note(Type type, object? key, bool answer)
    {
        _answers.Add((type, key, answer));
        return answer;
    }
}
