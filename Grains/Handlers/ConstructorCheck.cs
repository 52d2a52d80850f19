using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Handlers;

/// <summary>Whether classes of users can be made from the container, asked without making any.</summary>
internal static class ConstructorCheck
{
    /// <summary>Tells what keeps a class from being made.</summary>
    /// <param name="what">What it is for, for people.</param>
    /// <param name="type">The class.</param>
    /// <param name="container">The container.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static void Check(string what, Type type, ContainerView container, List<string> faults)
    {
        var constructors = type.GetConstructors();
        var chosen = constructors.Length == 1 ? constructors[0] : constructors.FirstOrDefault(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)));
        if (chosen is null)
        {
            faults.Add($"{what}: {TypeNames.Of(type)} needs one public constructor, or [ActivatorUtilitiesConstructor] on one; it has {constructors.Length}.");
            return;
        }

        foreach (var p in chosen.GetParameters())
        {
            var key = p.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key;
            if (!p.HasDefaultValue && !container.CanMake(p.ParameterType, key))
            {
                var under = key is null ? "" : $" under the key '{key}'";
                faults.Add($"{what}, constructor parameter '{p.Name}' ({TypeNames.Of(p.ParameterType)}): it is not registered in the container{under}.");
            }
        }
    }
}
