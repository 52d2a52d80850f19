using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks;

/// <summary>Reads arguments of one type.</summary>
internal abstract class ArgumentReader
{
    /// <summary>Whether JSON objects are the form of the type.</summary>
    public abstract bool IsObject { get; }

    public static ArgumentReader For(Type type) => (ArgumentReader)Activator.CreateInstance(typeof(ArgumentReader<>).MakeGenericType(type))!;

    /// <summary>Reads the value at the reader's token, and leaves the reader at the value's last one.</summary>
    public abstract object? Read(ref Utf8JsonReader reader);
}

internal sealed class ArgumentReader<T> : ArgumentReader
{
    private readonly JsonTypeInfo<T> _info = (JsonTypeInfo<T>)TaskJson.Options.GetTypeInfo(typeof(T));

    public override bool IsObject => _info.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary;

    public override object? Read(ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, _info);
}
