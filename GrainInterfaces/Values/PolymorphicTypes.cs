using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Values;

/// <summary>Finds the JSON contract that keeps all data of a value, including the name of its type if a base type requires it.</summary>
internal static class PolymorphicTypes
{
    private static readonly ConcurrentDictionary<(Type Declared, Type Runtime), Type> Contracts = new();

    /// <summary>Returns the type by whose contract a value is written.</summary>
    /// <param name="declared">The declared type, or <see cref="object"/> if there is none.</param>
    /// <param name="runtime">The type of the value.</param>
    /// <returns>
    /// The declared type if it is sealed, has its own converter or lists its derived types. Otherwise the base type that lists the runtime
    /// type with a discriminator (for a sequence: a sequence of it), so that a handler that takes the base type can read the value.
    /// Otherwise the runtime type.
    /// </returns>
    public static Type ContractOf(Type declared, Type runtime) =>
        Contracts.GetOrAdd((declared, runtime), static key => IsWhole(key.Declared) ? key.Declared : OfRuntime(key.Runtime));

    /// <summary>Allows a derived type to be read by its own contract although it was written with a base type's discriminator.</summary>
    public static void AcceptDiscriminator(JsonTypeInfo info)
    {
        if (info is { Kind: JsonTypeInfoKind.Object, UnmappedMemberHandling: null } && BaseOf(info.Type) is not null)
        {
            info.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        }
    }

    /// <summary>Decides whether a value of the declared type is complete when it is written by that type's contract.</summary>
    public static bool IsWhole(Type declared)
    {
        if (declared == typeof(object))
        {
            return false;
        }

        try
        {
            var info = TaskJson.Options.GetTypeInfo(declared);
            return info.PolymorphismOptions is not null || info.Kind == JsonTypeInfoKind.None
                || (declared.IsSealed && info.Kind != JsonTypeInfoKind.Enumerable && BaseOf(declared) is null);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            // The type has no contract. Writing the value reports it, with the value's own type.
            return false;
        }
    }

    private static Type OfRuntime(Type runtime)
    {
        if (BaseOf(runtime) is { } parent)
        {
            return parent;
        }

        return ElementOf(runtime) is { IsValueType: false } element && BaseOf(element) is { } parentOfElement
            ? typeof(IEnumerable<>).MakeGenericType(parentOfElement)
            : runtime;
    }

    /// <summary>Returns the nearest base class or interface that lists a type with a discriminator, or null if there is none.</summary>
    private static Type? BaseOf(Type type)
    {
        if (type.IsValueType || type.IsPrimitive || type == typeof(string))
        {
            return null;
        }

        for (var parent = type.BaseType; parent is not null && parent != typeof(object); parent = parent.BaseType)
        {
            if (Lists(parent, type))
            {
                return parent;
            }
        }

        return Array.Find(type.GetInterfaces(), i => Lists(i, type));
    }

    private static bool Lists(Type parent, Type derived) =>
        parent.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
            .Any(a => a.DerivedType == derived && a.TypeDiscriminator is not null);

    private static Type? ElementOf(Type sequence)
    {
        if (sequence == typeof(string) || TaskJson.Options.GetTypeInfo(sequence).Kind != JsonTypeInfoKind.Enumerable)
        {
            return null;
        }

        var shapes = sequence.GetInterfaces().Append(sequence)
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>)).ToArray();
        return shapes.Length == 1 ? shapes[0].GetGenericArguments()[0] : null;
    }
}
