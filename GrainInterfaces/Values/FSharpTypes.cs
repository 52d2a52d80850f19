using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Values;

/// <summary>Recognizes types of F#'s library by name, so that the library does not depend on it.</summary>
internal static class FSharpTypes
{
    /// <summary>Decides whether a type is F#'s <c>option</c> or <c>voption</c>, which has no value if JSON has null or no member.</summary>
    public static bool IsOption(Type type) => type.IsGenericType
        && type.GetGenericTypeDefinition()
            .FullName is "Microsoft.FSharp.Core.FSharpOption`1" or "Microsoft.FSharp.Core.FSharpValueOption`1";

    /// <summary>Decides whether a type is F#'s <c>Async</c>: a description of work that is not started yet.</summary>
    public static bool IsAsync(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition().FullName == "Microsoft.FSharp.Control.FSharpAsync`1";

    /// <summary>Decides whether a type is F#'s <c>unit</c>: no value.</summary>
    public static bool IsUnit(Type type) => type.FullName == "Microsoft.FSharp.Core.Unit";

    /// <summary>Makes members that are options optional in JSON, as a contract modifier.</summary>
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
