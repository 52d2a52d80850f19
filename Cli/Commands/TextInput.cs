using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Text;

namespace OrleansTasks.Cli.Commands;

/// <summary>Reads values from the command line, from files and from standard input.</summary>
internal static class TextInput
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Returns a text, the content of a file (<c>@file</c>) or standard input (<c>-</c>).</summary>
    public static string Content(string text, CliHost host, string option) => text switch
    {
        "-" => host.In.ReadToEnd(),
        ['@', ..] => File(text[1..], option),
        _ => text,
    };

    public static string? Secret(string? text, CliHost host, string option) =>
        text is "-" or ['@', ..] ? Content(text, host, option).Trim() : text;

    public static string File(string path, string option)
    {
        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CliException.Usage($"{option}: '{path}' cannot be read: {e.Message} Check the path.");
        }
    }

    public static JsonNode? Json(string text, string what)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException e)
        {
            throw CliException.Usage($"{what} is not valid JSON: {e.Message} Check the quotation marks of the shell.");
        }
    }

    /// <summary>Returns a word as JSON if it is valid JSON, and as text otherwise.</summary>
    public static JsonNode? Word(string word)
    {
        try
        {
            return JsonNode.Parse(word, documentOptions: Strict);
        }
        catch (JsonException)
        {
            return JsonValue.Create(word);
        }
    }

    /// <summary>Splits <c>name=value</c>.</summary>
    public static (string Name, string Value) Pair(string text, string option) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? (text[..at], text[(at + 1)..])
        : throw CliException.Usage($"{option}: '{text}' has no name. Use name=value.");

    public static string? Instant(string? text, string option) => text is null ? null
        : InstantText.TryRead(text, out var instant) ? instant.ToString("O", CultureInfo.InvariantCulture)
        : throw CliException.Usage($"{option}: '{text}' is not a valid {InstantText.Form}.");

    public static DateTimeOffset? InstantValue(string? text, string option) =>
        Instant(text, option) is { } read ? DateTimeOffset.Parse(read, CultureInfo.InvariantCulture) : null;

    public static string? Span(string? text, string option) =>
        text is null || SpanText.TryRead(text, out _)
            ? text
            : throw CliException.Usage($"{option}: '{text}' is not a valid {SpanText.Form}.");
}
