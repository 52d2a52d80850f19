using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines how arguments, values, broadcasts and stored records are written as JSON.</summary>
/// <remarks>
/// The web defaults of System.Text.Json apply: camel case, case-insensitive reading, numbers also from strings. In addition, public fields
/// count as members, enums are written by name (numbers are read too), <see cref="System.Numerics.BigInteger"/> is a JSON number, instants
/// without an offset are in UTC, spans of time may also be ISO 8601 durations (<c>PT90S</c>), and constructor parameters of records are
/// required unless they have a default or are an F# option. An object whose runtime type has members that its declared type lacks is
/// refused instead of being cut; list derived types with <see cref="JsonDerivedTypeAttribute"/>.
/// <para>
/// A program that switches off the reflection of System.Text.Json (<see cref="JsonSerializer.IsReflectionEnabledByDefault"/>), as trimmed
/// and natively compiled programs do by default, has contracts only for simple types, such as numbers, text and times. For other types it
/// passes the contracts of a source-generated context, which <see cref="CreateOptions"/> helps to create.
/// </para>
/// </remarks>
public static class TaskJson
{
    /// <summary>The maximum nesting of stored records, which may contain values and arguments of the maximum depth.</summary>
    internal const int MaxStoredDepth = 256;

    internal static readonly byte[] NullLiteral = "null"u8.ToArray();

    /// <summary>
    /// Gets the options, which are read-only. Use them to write what a handler reads, or to read what a handler returned.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>
    /// Gets the options for reading arguments. A member that the type does not have is an error, because it is a misspelled name.
    /// </summary>
    internal static JsonSerializerOptions Arguments { get; } = CreateArguments();

    /// <summary>
    /// Creates options like <see cref="Options"/> for a source-generated context: <c>new MyContext(TaskJson.CreateOptions())</c>. The
    /// context then writes what a handler reads, and reads what a handler returned. Enums are the exception: their names need
    /// <see cref="JsonSourceGenerationOptionsAttribute.UseStringEnumConverter"/> on the context.
    /// </summary>
    /// <returns>New options without contracts. They belong to the context that is created with them.</returns>
    public static JsonSerializerOptions CreateOptions() => new(JsonSerializerDefaults.Web)
    {
        // People read values in dashboards and storage. Values are never inserted into HTML without escaping.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        IncludeFields = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new BigIntegerConverter(), new InstantJsonConverter(), new SpanJsonConverter() },
    };

    /// <summary>Returns the JSON contract of a type. It needs no reflection if the type's contract is generated.</summary>
    /// <exception cref="NotSupportedException">The type has no contract.</exception>
    internal static JsonTypeInfo<T> ContractOf<T>(this JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    /// <summary>Writes a value by the contract of its runtime type, or of the polymorphic base that lists that type.</summary>
    internal static byte[] Write(object? value) => Write(value, typeof(object));

    /// <summary>Writes a value by the contract that keeps all of its data (see <see cref="PolymorphicTypes.ContractOf"/>).</summary>
    internal static byte[] Write(object? value, Type declared) =>
        value is null ? NullLiteral : JsonSerializer.SerializeToUtf8Bytes(value, ContractOf(declared, value.GetType()));

    /// <summary>Writes a value into a document, by the same contract.</summary>
    internal static void Write(Utf8JsonWriter writer, object? value, Type declared)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            JsonSerializer.Serialize(writer, value, ContractOf(declared, value.GetType()));
        }
    }

    private static JsonTypeInfo ContractOf(Type declared, Type runtime) => Options.GetTypeInfo(
        JsonSerializer.IsReflectionEnabledByDefault ? PolymorphicTypes.ContractOf(declared, runtime)
        : declared == typeof(object) ? runtime
        : declared);

    private static JsonSerializerOptions Create()
    {
        var options = CreateOptions();
        if (JsonSerializer.IsReflectionEnabledByDefault)
        {
            options.Converters.Add(new EnumNamesConverter());
            options.TypeInfoResolver = new DefaultJsonTypeInfoResolver
            {
                Modifiers = { CutObjects.Refuse, FSharpTypes.MakeOptionsOptional },
            };
        }
        else
        {
            options.TypeInfoResolver = SimpleJson.Default;
        }

        options.MakeReadOnly();
        return options;
    }

    private static JsonSerializerOptions CreateArguments()
    {
        var options = new JsonSerializerOptions(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };
        if (JsonSerializer.IsReflectionEnabledByDefault)
        {
            options.TypeInfoResolver = Options.TypeInfoResolver!.WithAddedModifier(PolymorphicTypes.AcceptDiscriminator);
        }

        options.MakeReadOnly();
        return options;
    }

    /// <summary>Reads a value that another process has written.</summary>
    /// <exception cref="TaskValueMismatchException">The value cannot be read as the type.</exception>
    internal static T? ReadValue<T>(ReadOnlySpan<byte> json, string? task, string what, JsonTypeInfo<T>? type = null)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type ?? Options.ContractOf<T>());
        }
        catch (Exception e)
        {
            // Whatever a converter or a constructor of the type throws, the value does not fit the type.
            throw new TaskValueMismatchException(task, what, typeof(T), json, e);
        }
    }
}
