using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Values;

/// <summary>Recognizes types of F#'s library by name, so that the library does not depend on it.</summary>
internal static class FSharpTypes
{
    /// <summary>Returns whether a type is F#'s <c>option</c> or <c>voption</c>, which is absent where JSON has null or nothing.</summary>
    public static bool IsOption(Type type) => type.IsGenericType
        && type.GetGenericTypeDefinition().FullName is "Microsoft.FSharp.Core.FSharpOption`1" or "Microsoft.FSharp.Core.FSharpValueOption`1";

    /// <summary>Returns whether a type is F#'s <c>Async</c>: work that is described and not yet started.</summary>
    public static bool IsAsync(Type type) => type.IsGenericType && type.GetGenericTypeDefinition().FullName == "Microsoft.FSharp.Control.FSharpAsync`1";

    /// <summary>Returns whether a type is F#'s <c>unit</c>: no value.</summary>
    public static bool IsUnit(Type type) => type.FullName == "Microsoft.FSharp.Core.Unit";

    /// <summary>Makes members that are options optional in JSON; a modifier of contracts.</summary>
    public static void MakeOptionsOptional(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        foreach (var property in info.Properties)
        {
            if (property.IsRequired && IsOption(property.PropertyType))
            {
                property.IsRequired = false;
            }
        }
    }
}
