using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Values;

/// <summary>
/// Rejects writing an object by the contract of a base type that lacks members of the object. System.Text.Json drops these members
/// silently, for instance those of the elements of a list that is declared with the base type.
/// </summary>
internal static class CutObjects
{
    private static readonly ConcurrentDictionary<(Type Declared, Type Runtime), string?> Faults = new();

    /// <summary>Adds the check to a contract, as a contract modifier.</summary>
    public static void Refuse(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object || info.PolymorphismOptions is not null || info.Type.IsSealed || info.Type.IsValueType
            || info.Type.IsInterface || info.Type == typeof(object))
        {
            return;
        }

        var declared = info.Type;
        info.OnSerializing = (info.OnSerializing ?? (static _ => { })) + (value => Check(declared, value.GetType()));
    }

    private static void Check(Type declared, Type runtime)
    {
        if (runtime != declared && Faults.GetOrAdd((declared, runtime), static key => Fault(key.Declared, key.Runtime)) is { } fault)
        {
            throw new JsonException(fault);
        }
    }

    private static string? Fault(Type declared, Type runtime)
    {
        var kept = Members(declared).ToHashSet(StringComparer.Ordinal);
        return Members(runtime).FirstOrDefault(m => !kept.Contains(m)) is { } lost
            ? $"{runtime.Name} is written as its base type {declared.Name}, which has no member '{lost}': it would be dropped. "
                + $"Add [JsonDerivedType(typeof({runtime.Name}), \"…\")] to {declared.Name}, or declare the member or element as "
                + $"{runtime.Name}."
            : null;
    }

    private static IEnumerable<string> Members(Type type) =>
        TaskJson.Options.GetTypeInfo(type).Properties.Where(p => p.Get is not null).Select(p => p.Name);
}
