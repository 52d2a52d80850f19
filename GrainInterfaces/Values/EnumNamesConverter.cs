using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks.Values;

/// <summary>Writes enums by name, except those with an attribute that says otherwise, which options would override.</summary>
internal sealed class EnumNamesConverter : JsonConverterFactory
{
    private readonly JsonStringEnumConverter _names = new();

    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsEnum && !typeToConvert.IsDefined(typeof(JsonConverterAttribute), inherit: false);

    public override JsonConverter? CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        _names.CreateConverter(typeToConvert, options);
}
