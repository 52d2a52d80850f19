using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansTasks.Text;

namespace OrleansTasks.Http;

/// <summary>What is wrong with a body, in words that say nothing of the types of .NET. Pure.</summary>
internal static partial class JsonFaults
{
    private const int LongestPath = 300;

    /// <summary>The message of an error for people; that of the reader itself where it names no type.</summary>
    public static string InWords(JsonException e) =>
        Unknown().Match(e.Message) is { Success: true } unknown ? $"'{ShownText.Quote(unknown.Groups[1].Value)}' is not known here.{Where(e)}"
        : Twice().Match(e.Message) is { Success: true } twice ? $"'{ShownText.Quote(twice.Groups[1].Value)}' is given more than once.{Where(e)}"
        : Missing().Match(e.Message) is { Success: true } missing ? $"Required members are missing: {missing.Groups[1].Value}{Where(e)}"
        : OfAnotherKind().IsMatch(e.Message) ? $"The value has the wrong type.{Where(e)}"
        : e.Message;

    private static string Where(JsonException e) => e.Path is { Length: > 1 } path ? $" Path: {ShownText.Of(path, LongestPath)}." : "";

    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex("^Duplicate property '(.*)' encountered during deserialization", RegexOptions.Singleline)]
    private static partial Regex Twice();

    [GeneratedRegex("^JSON deserialization for type '.*' was missing required properties including: (.*?\\.)( Path:|$)", RegexOptions.Singleline)]
    private static partial Regex Missing();

    [GeneratedRegex("^The JSON value could not be converted to ")]
    private static partial Regex OfAnotherKind();
}
