using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansTasks.Cli.Output;

/// <summary>Formats single values for people.</summary>
internal static class Texts
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Returns a member as text: a string without quotes, and other values as JSON. Returns null if the member is missing.
    /// </summary>
    public static string? Text(this JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? Of(value) : null;

    public static JsonElement? Member(this JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;

    public static bool Is(this JsonElement json, string member) => json.Member(member)?.ValueKind == JsonValueKind.True;

    public static long Number(this JsonElement json, string member) =>
        json.Member(member) is { ValueKind: JsonValueKind.Number } n && n.TryGetInt64(out var value) ? value : 0;

    public static DateTimeOffset? Instant(this JsonElement json, string member) =>
        json.Member(member) is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var value) ? value : null;

    public static string? Shown(this JsonElement json, string member) =>
        json.Instant(member) is { } instant ? Of(instant) : json.Text(member);

    public static string Of(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : JsonSerializer.Serialize(value, Plain);

    /// <summary>Formats an instant in UTC, with milliseconds if it has any.</summary>
    public static string Of(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(instant.Millisecond == 0 ? "yyyy-MM-dd HH:mm:ss'Z'" : "yyyy-MM-dd HH:mm:ss.fff'Z'",
            CultureInfo.InvariantCulture);

    public static string Of(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => FormattableString.Invariant($"{span.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{span.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } => FormattableString.Invariant($"{(int)span.TotalMinutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => FormattableString.Invariant($"{(int)span.TotalHours} h {span.Minutes} min"),
        _ => FormattableString.Invariant($"{(int)span.TotalDays} d {span.Hours} h"),
    };
}
