using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Reads arguments of one type.</summary>
internal abstract class ArgumentReader
{
    /// <summary>Gets whether the type is written as a JSON object.</summary>
    public abstract bool IsObject { get; }

    /// <summary>
    /// Gets the names that an object of the type may have in JSON. Null if it takes any, or if the type is no plain object.
    /// </summary>
    public abstract IReadOnlyList<string>? MemberNames { get; }

    public static ArgumentReader For(Type type) =>
        (ArgumentReader)Activator.CreateInstance(typeof(ArgumentReader<>).MakeGenericType(type))!;

    /// <summary>Reads the value at the reader's token, and leaves the reader at the last token of the value.</summary>
    public abstract object? Read(ref Utf8JsonReader reader);
}

internal sealed class ArgumentReader<T> : ArgumentReader
{
    private readonly JsonTypeInfo<T> _info = (JsonTypeInfo<T>)TaskJson.Arguments.GetTypeInfo(typeof(T));

    public override bool IsObject => _info.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary;

    public override IReadOnlyList<string>? MemberNames { get; } = NamesOf((JsonTypeInfo<T>)TaskJson.Arguments.GetTypeInfo(typeof(T)));

    private static string[]? NamesOf(JsonTypeInfo info) =>
        info is
        {
            Kind: JsonTypeInfoKind.Object, PolymorphismOptions: null, UnmappedMemberHandling: null
            or JsonUnmappedMemberHandling.Disallow
        }
        && !info.Properties.Any(p => p.IsExtensionData)
            ? [.. info.Properties.Select(p => p.Name)]
            : null;

    public override object? Read(ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, _info);
}
