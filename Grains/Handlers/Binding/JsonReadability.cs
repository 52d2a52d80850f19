using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Decides whether a type can be read from JSON, without reading any.</summary>
internal static class JsonReadability
{
    /// <summary>Returns what prevents a type from being read completely, or null if nothing does.</summary>
    public static string? Obstacle(Type type) => type.IsAssignableTo(typeof(ITuple))
        ? "the items of a tuple have no names in JSON; a record has"
        : Obstacle(type, []) ?? JsonLoss.OfArgument(type);

    /// <summary>Decides whether a type contains data that JSON can set. A service that only has behavior does not.</summary>
    public static bool HoldsData(Type type)
    {
        var info = TaskJson.Options.GetTypeInfo(type);
        return info.Kind != JsonTypeInfoKind.Object || info.Properties.Any(p => p.Set is not null || p.AssociatedParameter is not null);
    }

    private static string? Obstacle(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type) || type == typeof(object))
        {
            return null;
        }

        if (type.IsAssignableTo(typeof(Delegate)))
        {
            return "a delegate has no JSON form";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Obstacle(underlying, seen);
        }

        try
        {
            var info = TaskJson.Options.GetTypeInfo(type);
            return info.Kind switch
            {
                JsonTypeInfoKind.Object => OfObject(info, seen),
                JsonTypeInfoKind.Enumerable => OfElement(info, seen) ?? OfProbe(info, "[]"u8),
                JsonTypeInfoKind.Dictionary => OfElement(info, seen) ?? OfProbe(info, "{}"u8),
                _ => OfProbe(info, "{}"u8),
            };
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return e.Message;
        }
    }

    private static string? OfObject(JsonTypeInfo info, HashSet<Type> seen)
    {
        if (info.PolymorphismOptions is not null)
        {
            return null;
        }

        if (info.Type.IsInterface || info.Type.IsAbstract)
        {
            return $"{TypeNames.Of(info.Type)} is {(info.Type.IsInterface ? "an interface" : "abstract")}";
        }

        if (info.CreateObject is not null)
        {
            return null;
        }

        if (info.ConstructorAttributeProvider is not ConstructorInfo constructor)
        {
            return $"{TypeNames.Of(info.Type)} has no constructor that JSON can use";
        }

        var parameters = constructor.GetParameters();
        return info.Properties.Count(p => p.AssociatedParameter is not null) < parameters.Length
            ? $"{TypeNames.Of(info.Type)} has constructor parameters that are none of its properties"
            : parameters.Select(p => Obstacle(p.ParameterType, seen)).FirstOrDefault(o => o is not null);
    }

    private static string? OfElement(JsonTypeInfo info, HashSet<Type> seen) =>
        info.ElementType is { } element ? Obstacle(element, seen) : null;

    private static string? OfProbe(JsonTypeInfo info, ReadOnlySpan<byte> json)
    {
        try
        {
            JsonSerializer.Deserialize(json, info);
            return null;
        }
        catch (NotSupportedException e)
        {
            return e.Message;
        }
        catch (JsonException)
        {
            // The type is read, but this was not its form.
            return null;
        }
    }
}
