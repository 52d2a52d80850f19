using System.Text;
using System.Text.Json;
using OrleansTasks.Errors;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Creates the errors of arguments that do not fit, each with its own message.</summary>
internal static class ArgumentFaults
{
    private const int LongestQuote = 40;

    public static TaskArgumentException Missing(string task, HandlerParameter p, string? reason = null) =>
        Of(task, p, $"is missing: the task '{task}' needs it{(reason is null ? "." : $"; without it: {reason}")}");

    public static TaskArgumentException Twice(string task, HandlerParameter p) => Of(task, p, "is given twice. Give it once.");

    public static TaskArgumentException NullGiven(string task, HandlerParameter p) => Of(task, p, "does not take null. Give a value.");

    public static TaskArgumentException Surplus(string task, int most, int given) => new(task, null,
        $"The task '{task}' takes at most {most} positional argument{(most == 1 ? "" : "s")}, {given} {(given == 1 ? "was" : "were")} "
            + "given.");

    public static TaskArgumentException Unknown(string task, string name, IEnumerable<string> known)
    {
        var names = string.Join(", ", known);
        return new TaskArgumentException(task, name,
            $"The task '{task}' has no parameter '{Quote(name)}'; it has: {(names.Length == 0 ? "none" : names)}.");
    }

    public static TaskArgumentException NotFromArguments(string task, HandlerParameter p) =>
        Of(task, p, "comes from the container or the run; an argument cannot fill it. Leave it out.");

    /// <summary>Creates the error of a value that the parameter's type cannot be read from.</summary>
    public static TaskArgumentException Misfit(string task, HandlerParameter p, ref Utf8JsonReader value, Exception error)
    {
        var reason =
            error is JsonException { Path: { } path } json
                && (path != "$" || value.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            ? $" At {path}: {Reason(json)}"
            : error is JsonException or FormatException or OverflowException ? "" : $" {ExceptionText.MessageOf(error)}";
        var hint = p.Source is null ? "" : " Mark the parameter [FromContainer] if no argument is meant for it.";
        return Of(task, p, $"does not fit: {Kind(ref value)} was given.{reason}{hint}");
    }

    /// <summary>
    /// Returns the message of a serializer's error without the position, which means nothing to the caller who passed the value.
    /// </summary>
    public static string Reason(Exception e)
    {
        var message = ExceptionText.MessageOf(e);
        var end = message.IndexOf(" Path: $", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    /// <summary>Returns the text at the reader's token, or the raw characters if it is no valid text.</summary>
    public static string Text(ref Utf8JsonReader value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(value.ValueSpan);
        }
    }

    private static TaskArgumentException Of(string task, HandlerParameter p, string what) =>
        new(task, p.Name, $"The argument '{p.Name}' ({p.TypeName}) {what}");

    private static string Kind(ref Utf8JsonReader value) => value.TokenType switch
    {
        JsonTokenType.StartObject => "a JSON object",
        JsonTokenType.StartArray => "a JSON array",
        JsonTokenType.String => $"the JSON string \"{Quote(Text(ref value))}\"",
        JsonTokenType.Number => $"the JSON number {Quote(Encoding.UTF8.GetString(value.ValueSpan))}",
        JsonTokenType.True => "the JSON boolean true",
        JsonTokenType.False => "the JSON boolean false",
        _ => "JSON null",
    };

    private static string Quote(string text) => text.Length <= LongestQuote ? text
        : text[..(char.IsHighSurrogate(text[LongestQuote - 1]) ? LongestQuote - 1 : LongestQuote)] + "…";
}
