using System.Collections;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.TypeSystem;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Makes a silo behave like one of an earlier version, which cannot read calls of methods that were added later.</summary>
internal static class EarlierVersion
{
    public static void Lack(IServiceCollection services, Type grainInterface, string method) =>
        services.PostConfigure<TypeManifestOptions>(o =>
    {
        var node = o.CompoundTypeAliases;
        foreach (var key in new object[] { "inv", typeof(GrainReference), grainInterface })
        {
            node = (CompoundTypeAliasTree)Children(node)[key]!;
        }

        var call = ((CompoundTypeAliasTree)Children(node)[method]!).Value!;
        Children(node).Remove(method);
        foreach (var types in new[] { o.Serializers, o.FieldCodecs, o.Activators, o.Copiers })
        {
            types.RemoveWhere(t => t.GetInterfaces().Any(i => i.IsGenericType && i.GenericTypeArguments.Contains(call)));
        }
    });

    private static IDictionary Children(CompoundTypeAliasTree node) =>
        (IDictionary)typeof(CompoundTypeAliasTree).GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
            .Single(static f => typeof(IDictionary).IsAssignableFrom(f.FieldType)).GetValue(node)!;
}
