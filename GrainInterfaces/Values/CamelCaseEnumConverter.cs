using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks.Values;

/// <summary>Writes the library's own enums as camel case names: <c>"timedOut"</c>.</summary>
internal sealed class CamelCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
