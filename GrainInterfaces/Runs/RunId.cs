using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>
/// Identifies a run permanently, through all its attempts: the task's name and a UUID of version 7, or of version 8 for a scheduled run.
/// </summary>
/// <remarks>
/// Its text form is <c>task~0199f3…</c> (32 hexadecimal digits). It contains the task's name, so that a run can be found from its id
/// without an index of all runs. Source: RFC 9562, section 5.7.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunId")]
[JsonConverter(typeof(RunIdJsonConverter))]
public readonly record struct RunId : IParsable<RunId>
{
    /// <summary>Initializes a new instance of the <see cref="RunId"/> struct from its parts.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="value">The UUID.</param>
    public RunId(string task, Guid value)
    {
        Task = task;
        Value = value;
    }

    /// <summary>Gets the name of the run's task.</summary>
    [Id(0)]
    public string Task { get; }

    /// <summary>Gets the UUID. Ids that the same clock creates later compare greater.</summary>
    [Id(1)]
    public Guid Value { get; }

    /// <summary>Creates a new id.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="time">The clock whose time becomes part of the id.</param>
    /// <returns>A unique id.</returns>
    public static RunId New(string task, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new RunId(task, NewValue(time.GetUtcNow()));
    }

    /// <summary>
    /// Returns the id of the run that a schedule creates at an instant. Every process computes the same id, so that it can be determined
    /// whether the run was created. It is a version 8 UUID in the form of version 7, with bits of a hash in place of random ones.
    /// </summary>
    internal static RunId Of(string task, DateTimeOffset due)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> named = stackalloc byte[sizeof(long) + Encoding.UTF8.GetMaxByteCount(task.Length)];
        BinaryPrimitives.WriteInt64BigEndian(named, due.UtcTicks);
        SHA256.HashData(named[..(sizeof(long) + Encoding.UTF8.GetBytes(task, named[sizeof(long)..]))], hash);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, due.ToUnixTimeMilliseconds() << 16);
        hash[..10].CopyTo(bytes[6..]);
        bytes[6] = (byte)(0x80 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new RunId(task, new Guid(bytes, bigEndian: true));
    }

    /// <summary>Returns a version 7 UUID. Its random bits need not be secret, only different, and come from a fast generator.</summary>
    internal static Guid NewValue(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds() << 16);
        Random.Shared.NextBytes(bytes[6..]);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Parses the text form of an id.</summary>
    /// <param name="s">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is not a run id.</exception>
    public static RunId Parse(string s) => TryParse(s, null, out var id)
        ? id
        : throw new FormatException($"'{s}' is not a run id; a run id looks like fibonacci~0199f3a26d2c7c1e9d5f0123456789ab.");

    /// <inheritdoc />
    public static RunId Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RunId result)
    {
        result = default;
        var at = s?.LastIndexOf('~') ?? -1;
        if (at <= 0 || s!.Length - at != 33 || !Guid.TryParseExact(s.AsSpan(at + 1), "N", out var value)
            || TaskNames.Fault(s![..at]) is not null)
        {
            return false;
        }

        result = new RunId(s[..at], value);
        return true;
    }

    /// <summary>Returns the text form, which <see cref="Parse(string)"/> reads.</summary>
    /// <returns>The task's name, a tilde and 32 hexadecimal digits.</returns>
    public override string ToString() => $"{Task}~{Value:N}";
}

internal sealed class RunIdJsonConverter : JsonConverter<RunId>
{
    public override RunId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && RunId.TryParse(reader.GetString(), null, out var id)
            ? id
            : throw new JsonException($"The {reader.TokenType} is not a run id; it must be a string such as "
                + "fibonacci~0199f3a26d2c7c1e9d5f0123456789ab.");

    public override void Write(Utf8JsonWriter writer, RunId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
