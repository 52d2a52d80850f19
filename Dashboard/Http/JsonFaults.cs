using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansTasks.Text;

namespace OrleansTasks.Http;

/// <summary>Describes errors in a request body without naming .NET types. Pure.</summary>
internal static partial class JsonFaults
{
    private const int LongestPath = 300;

    /// <summary>Returns the message of an error for readers. It is the JSON reader's own message if that names no type.</summary>
    public static string InWords(JsonException e) =>
        Unknown().Match(e.Message) is { Success: true } unknown
            ? $"'{ShownText.Quote(unknown.Groups[1].Value)}' is not known here.{Where(e)}"
        : Twice().Match(e.Message) is { Success: true } twice
        ? $"'{ShownText.Quote(twice.Groups[1].Value)}' is given more than once.{Where(e)}"
        : Missing().Match(e.Message) is { Success: true } missing ? $"Required members are missing: {missing.Groups[1].Value}{Where(e)}"
        : OfAnotherKind().IsMatch(e.Message) ? $"The value has the wrong type.{Where(e)}"
        : e.Message;

    private static string Where(JsonException e) => e.Path is { Length: > 1 } path ? $" Path: {ShownText.Of(path, LongestPath)}." : "";

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex("^Duplicate property '(.*)' encountered during deserialization", RegexOptions.Singleline)]
    private static partial Regex Twice();

    [GeneratedRegex("^JSON deserialization for type '.*' was missing required properties including: (.*?\\.)( Path:|$)",
        RegexOptions.Singleline)]
    private static partial Regex Missing();

    [GeneratedRegex("^The JSON value could not be converted to ")]
    private static partial Regex OfAnotherKind();
}
