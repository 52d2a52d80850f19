using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Handlers;

/// <summary>Checks whether users' classes can be created from the container, without creating any.</summary>
internal static class ConstructorCheck
{
    /// <summary>Reports what prevents a class from being created.</summary>
    /// <param name="what">The purpose of the class, for people.</param>
    /// <param name="type">The class.</param>
    /// <param name="container">The container.</param>
    /// <param name="faults">Receives the faults.</param>
    public static void Check(string what, Type type, ContainerView container, List<string> faults)
    {
        var constructors = type.GetConstructors();
        var chosen = constructors.Length == 1
            ? constructors[0]
            : constructors.FirstOrDefault(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)));
        if (chosen is null)
        {
            faults.Add(
                $"{what}: {TypeNames.Of(type)} needs one public constructor, or [ActivatorUtilitiesConstructor] on one; it has "
                    + $"{constructors.Length}.");
            return;
        }

        foreach (var p in chosen.GetParameters())
        {
            var key = p.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key;
            if (!p.HasDefaultValue && !container.CanMake(p.ParameterType, key))
            {
                var under = key is null ? "" : $" under the key '{key}'";
                faults.Add($"{what}, constructor parameter '{p.Name}' ({TypeNames.Of(p.ParameterType)}): it is not registered in the "
                    + $"container{under}. Register it, or give the parameter a default.");
            }
        }
    }
}
