using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Represents the arguments of a run: positional, named or both, held as JSON. Immutable.</summary>
/// <remarks>
/// Positional arguments fill the handler's first parameters that accept one. Named arguments fill parameters by name. The container fills
/// the rest. <c>await tasks.RunAsync("fibonacci", [13])</c> passes one positional argument.
/// </remarks>
[GenerateSerializer, OmitDefaultMemberValues, Immutable, Alias("OrleansTasks.TaskArguments")]
[CollectionBuilder(typeof(TaskArguments), nameof(Create))]
[JsonConverter(typeof(TaskArgumentsJsonConverter))]
[SuppressMessage("Naming", "CA1710", Justification = "A run has arguments; the name is the contract's.")]
public sealed class TaskArguments : IReadOnlyList<object?>, IEquatable<TaskArguments>
{
    /// <summary>
    /// The maximum nesting of the JSON. It is less than what System.Text.Json reads, because stored records contain it inside their own
    /// JSON.
    /// </summary>
    internal const int MaxDepth = 60;

    private static readonly byte[] NoPositional = "[]"u8.ToArray();

    // Null if a message lacks it.
    [Id(0)]
    private readonly byte[]? _positional;

    [Id(1)]
    private readonly byte[]? _named;

    internal TaskArguments(byte[]? positional, byte[]? named)
    {
        _positional = positional ?? NoPositional;
        _named = named;
    }

    /// <summary>Gets the empty arguments.</summary>
    public static TaskArguments None { get; } = new(null, null);

    /// <summary>Creates positional arguments. The collection expression <c>[13, "x"]</c> calls it.</summary>
    /// <param name="values">The values, each written as JSON by its runtime type.</param>
    /// <returns>The arguments.</returns>
    /// <exception cref="TaskArgumentException">A value cannot be written as JSON.</exception>
    public static TaskArguments Create(ReadOnlySpan<object?> values) => values.IsEmpty ? None : Create(values, typeof(object));

    /// <summary>Creates one positional argument.</summary>
    /// <typeparam name="T">The argument's type. If it lists derived types (<see cref="JsonDerivedTypeAttribute"/>), the JSON contains the
    /// discriminator.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The arguments.</returns>
    /// <exception cref="TaskArgumentException">The value cannot be written as JSON.</exception>
    public static TaskArguments Of<T>(T value) => Create([value], typeof(T));

    /// <summary>Creates one positional argument, without reflection.</summary>
    /// <typeparam name="T">The argument's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="type">
    /// The JSON contract of the type, from a source-generated context (see <see cref="TaskJson.CreateOptions"/>).
    /// </param>
    /// <returns>The arguments.</returns>
    /// <exception cref="TaskArgumentException">The value cannot be written as JSON.</exception>
    public static TaskArguments Of<T>(T? value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        Write(writer, value, type, "number 0");
        writer.WriteEndArray();
        writer.Flush();
        return new TaskArguments(buffer.WrittenSpan.ToArray(), null);
    }

    /// <summary>Creates named arguments.</summary>
    /// <param name="values">The names and values. Names must be unique.</param>
    /// <returns>The arguments.</returns>
    /// <exception cref="TaskArgumentException">A name is empty or repeated, or a value cannot be written as JSON.</exception>
    public static TaskArguments Named(params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64);
        using var writer = new Utf8JsonWriter(buffer);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        writer.WriteStartObject();
        foreach (var (name, value) in values)
        {
            if (string.IsNullOrWhiteSpace(name) || !seen.Add(name))
            {
                throw new TaskArgumentException(null, name, $"The argument name '{name}' is empty or given twice. Give each argument "
                    + "one name.");
            }

            writer.WritePropertyName(name);
            Write(writer, value, typeof(object), $"'{name}'");
        }

        writer.WriteEndObject();
        writer.Flush();
        return new TaskArguments(null, buffer.WrittenSpan.ToArray());
    }

    /// <summary>
    /// Creates named arguments from the public properties of an object, such as <c>new { n = 13 }</c>, or from a dictionary.
    /// </summary>
    /// <param name="values">The object; its JSON must be an object.</param>
    /// <returns>The arguments.</returns>
    /// <exception cref="TaskArgumentException">The object's JSON is not an object.</exception>
    [RequiresUnreferencedCode("Reads the properties by reflection. Use With and a source-generated context.")]
    [RequiresDynamicCode("Reads the properties by reflection. Use With and a source-generated context.")]
    public static TaskArguments From(object values)
    {
        ArgumentNullException.ThrowIfNull(values);
        byte[] json;
        try
        {
            // Uses the runtime type: a discriminator would become an argument.
            json = JsonSerializer.SerializeToUtf8Bytes(values, values.GetType(), TaskJson.Options);
        }
        catch (Exception e) when (IsOfJson(e))
        {
            throw new TaskArgumentException(null, null, $"{values.GetType()} cannot be written as JSON: {e.Message} "
                + "Give a type that System.Text.Json can write.");
        }

        return json[0] == (byte)'{'
            ? new TaskArguments(null, json)
            : throw new TaskArgumentException(null, null, $"Named arguments need an object, but {values.GetType()} is not written as a "
                + "JSON object.");
    }

    /// <summary>Creates arguments from JSON: an array of positional arguments, or an object of named arguments.</summary>
    /// <param name="json">The array or object.</param>
    /// <returns>The arguments.</returns>
    /// <exception cref="TaskArgumentException">The JSON is neither an array nor an object.</exception>
    public static TaskArguments FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => new TaskArguments(Encoding.UTF8.GetBytes(json.GetRawText()), null),
        JsonValueKind.Object => new TaskArguments(null, Encoding.UTF8.GetBytes(json.GetRawText())),
        JsonValueKind.Null or JsonValueKind.Undefined => None,
        _ => throw new TaskArgumentException(null, null, $"Arguments must be a JSON array or object, not a {json.ValueKind}."),
    };

    /// <summary>Returns these arguments with the named arguments of another instance.</summary>
    /// <param name="named">The arguments whose named part is used.</param>
    /// <returns>The positional arguments of this instance and the named arguments of the other.</returns>
    public TaskArguments WithNamed(TaskArguments named)
    {
        ArgumentNullException.ThrowIfNull(named);
        return new TaskArguments(_positional, named._named);
    }

    /// <summary>Returns these arguments with one more named argument, which is written without reflection.</summary>
    /// <typeparam name="T">The argument's type.</typeparam>
    /// <param name="name">The argument's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">
    /// The JSON contract of the type, from a source-generated context (see <see cref="TaskJson.CreateOptions"/>).
    /// </param>
    /// <returns>The arguments of this instance and the named argument.</returns>
    /// <exception cref="TaskArgumentException">The name is empty or used already, or the value cannot be written as JSON.</exception>
    public TaskArguments With<T>(string name, T? value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var known = NamedArguments?.EnumerateObject().ToList() ?? [];
        if (string.IsNullOrWhiteSpace(name) || known.Exists(k => string.Equals(k.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new TaskArgumentException(null, name, $"The argument name '{name}' is empty or given twice. Give each argument "
                + "one name.");
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var argument in known)
        {
            // As it is, because the writer would escape more than the serializer does.
            writer.WritePropertyName(argument.Name);
            writer.WriteRawValue(argument.Value.GetRawText());
        }

        writer.WritePropertyName(name);
        Write(writer, value, type, $"'{name}'");
        writer.WriteEndObject();
        writer.Flush();
        return new TaskArguments(_positional, buffer.WrittenSpan.ToArray());
    }

    /// <summary>Gets the number of positional arguments.</summary>
    public int Count => Positional.GetArrayLength();

    /// <summary>Gets a value indicating whether there are neither positional nor named arguments.</summary>
    public bool IsEmpty => Positional.GetArrayLength() == 0 && (_named is null || !Json(_named).EnumerateObject().Any());

    /// <summary>Gets the size of the JSON in bytes.</summary>
    public int Size => PositionalUtf8.Length + NamedUtf8.Length;

    /// <summary>Gets the positional arguments as a JSON array.</summary>
    public JsonElement Positional => Json(_positional ?? NoPositional);

    /// <summary>Gets the named arguments as a JSON object, or null if there are none.</summary>
    public JsonElement? NamedArguments => _named is null ? null : Json(_named);

    /// <inheritdoc />
    public object? this[int index] => Positional[index];

    internal ReadOnlySpan<byte> PositionalUtf8 => _positional ?? NoPositional;

    internal ReadOnlySpan<byte> NamedUtf8 => _named;

    /// <inheritdoc />
    public IEnumerator<object?> GetEnumerator() => Positional.EnumerateArray().Select(e => (object?)e).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public bool Equals(TaskArguments? other) => other is not null
        && PositionalUtf8.SequenceEqual(other.PositionalUtf8) && NamedUtf8.SequenceEqual(other.NamedUtf8);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TaskArguments);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(PositionalUtf8);
        hash.AddBytes(NamedUtf8);
        return hash.ToHashCode();
    }

    /// <summary>Returns the JSON, for people to read.</summary>
    /// <returns>The positional array, the named object, or both.</returns>
    public override string ToString() => _named is null
        ? Encoding.UTF8.GetString(PositionalUtf8)
        : Count == 0 ? Encoding.UTF8.GetString(_named) : $"{Encoding.UTF8.GetString(PositionalUtf8)} {Encoding.UTF8.GetString(_named)}";

    /// <summary>
    /// Returns the fault of the JSON, or null if there is none. The sender of a message need not have used the methods above.
    /// </summary>
    internal string? Fault() =>
        Fault(PositionalUtf8, JsonTokenType.StartArray, "positional")
            ?? (_named is null ? null : Fault(_named, JsonTokenType.StartObject, "named"));

    private static string? Fault(ReadOnlySpan<byte> utf8, JsonTokenType first, string which)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType != first)
            {
                return $"The {which} arguments must be a JSON {(first == JsonTokenType.StartArray ? "array" : "object")}.";
            }

            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException e)
        {
            return $"The {which} arguments are not JSON, or are nested deeper than {MaxDepth}: {e.Message} Send valid JSON.";
        }
    }

    private static JsonElement Json(byte[] utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return document.RootElement.Clone();
    }

    private static TaskArguments Create(ReadOnlySpan<object?> values, Type declared)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        for (var i = 0; i < values.Length; i++)
        {
            Write(writer, values[i], declared, $"number {i}");
        }

        writer.WriteEndArray();
        writer.Flush();
        return new TaskArguments(buffer.WrittenSpan.ToArray(), null);
    }

    private static void Write(Utf8JsonWriter writer, object? value, Type declared, string which)
    {
        try
        {
            TaskJson.Write(writer, value, declared);
        }
        catch (Exception e) when (IsOfJson(e))
        {
            throw Unwritten(which, value, e);
        }
    }

    private static void Write<T>(Utf8JsonWriter writer, T? value, JsonTypeInfo<T> type, string which)
    {
        try
        {
            JsonSerializer.Serialize(writer, value!, type);
        }
        catch (Exception e) when (IsOfJson(e))
        {
            throw Unwritten(which, value, e);
        }
    }

    private static bool IsOfJson(Exception e) =>
        e is NotSupportedException or JsonException or InvalidOperationException or ArgumentException;

    private static TaskArgumentException Unwritten(string which, object? value, Exception e) =>
        new(null, null, $"Argument {which} ({value?.GetType()}) cannot be written as JSON: {e.Message} "
            + "Give a type that System.Text.Json can write.");
}
