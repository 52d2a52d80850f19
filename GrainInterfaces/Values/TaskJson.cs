using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansTasks;

/// <summary>How arguments, values, broadcasts and stored records are written as JSON.</summary>
/// <remarks>
/// The web defaults of System.Text.Json (camel case, case-insensitive reading, numbers also from strings), enums by name
/// (numbers are read too), and constructor parameters of records are required unless they have a default.
/// </remarks>
public static class TaskJson
{
    /// <summary>The options; read-only. Use them to write what a handler is to read, or to read what one returned.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>
    /// The same for stored records: values and arguments, which may be as deep as the options above read, are inside of them.
    /// </summary>
    internal static JsonSerializerOptions Stored { get; } = CreateStored();

    private static JsonSerializerOptions CreateStored()
    {
        var options = new JsonSerializerOptions(Options) { MaxDepth = 256 };
        options.MakeReadOnly();
        return options;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Values are read by people in dashboards and stores; they are never pasted into HTML unescaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Converters = { new EnumNamesConverter() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    internal static byte[] Write(object? value) =>
        value is null ? NullLiteral : JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Options);

    internal static readonly byte[] NullLiteral = "null"u8.ToArray();
}
