using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.Internal;

namespace OrleansTasks.Hosting;

/// <summary>
/// Tells Orleans which assemblies contain grains and serializers. Orleans finds them by attributes that its generator adds to a C# program.
/// Programs in F# or Visual Basic, and those without the Orleans SDK, have none.
/// </summary>
internal static class OrleansAssemblies
{
    /// <summary>Registers an assembly and its dependencies, unless Orleans has found them already.</summary>
    public static void AddOrleansAssemblies(this IServiceCollection services, Assembly assembly)
    {
        var parts = new HashSet<Assembly>();
        ReferencedAssemblyProvider.AddAssembly(parts, assembly);
        var known = services.Where(d => d.ServiceType == typeof(IConfigureOptions<TypeManifestOptions>)).Select(d => d.ImplementationType)
            .ToHashSet();
        var missing = parts.Where(p => p.GetCustomAttributes<TypeManifestProviderAttribute>().Any(a => !known.Contains(a.ProviderType)))
            .ToArray();
        if (missing.Length > 0)
        {
            services.AddSerializer(serializer => Array.ForEach(missing, part => serializer.AddAssembly(part)));
        }
    }
}
