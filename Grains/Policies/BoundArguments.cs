using System.Globalization;
using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>
/// Normalizes arguments as a handler binds them, so that the same work is recognized however it is written: positional or named, in any
/// order and with any whitespace, taken from the task or given explicitly, omitted or given as the parameter's default. Pure.
/// </summary>
internal static class BoundArguments
{
    /// <summary>
    /// Returns the arguments in canonical JSON, by the names of their parameters. Positional arguments without a known name are listed by
    /// their number.
    /// </summary>
    /// <param name="given">The arguments of the run, or null for the task's own.</param>
    /// <param name="ofTask">The task's own arguments, or null if it has none.</param>
    /// <param name="handler">The handler's parameters, or null if they are not known.</param>
    public static SortedDictionary<string, string> Of(TaskArguments? given, TaskArguments? ofTask, HandlerInfo? handler)
    {
        var arguments = given ?? ofTask ?? TaskArguments.None;
        var parameters = handler is { TakesAny: false } ? handler.Parameters : [];
        var bound = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var (positional, named) = Whole(arguments, handler);
        var number = 0;
        foreach (var value in positional)
        {
            Add(number < parameters.Count ? parameters[number].Name : string.Create(CultureInfo.InvariantCulture, $"#{number}"), value);
            number++;
        }

        foreach (var member in named)
        {
            Add(member.Name, member.Value);
        }

        // An argument that equals its parameter's default is treated as if it had been omitted.
        foreach (var parameter in parameters.Where(
            p => p is { Optional: true, Default: not null } && bound.TryGetValue(p.Name, out var json) && json == DefaultOf(p)))
        {
            bound.Remove(parameter.Name);
        }

        return bound;

        void Add(string name, JsonElement value)
        {
            var parameter = parameters.FirstOrDefault(p => p.Name == name)
                ?? parameters.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
            bound[parameter?.Name ?? name] = ValueOf(value, parameter);
        }
    }

    /// <summary>For a handler class, the one positional argument is equivalent to all named arguments together.</summary>
    private static (IEnumerable<JsonElement> Positional, IEnumerable<JsonProperty> Named) Whole(TaskArguments arguments,
        HandlerInfo? handler)
    {
        var positional = arguments.Positional;
        return handler?.TakesAll == true && positional.GetArrayLength() == 1 && positional[0].ValueKind == JsonValueKind.Object
            && arguments.NamedArguments is null
            ? ([], positional[0].EnumerateObject())
            : (positional.EnumerateArray(), arguments.NamedArguments?.EnumerateObject() ?? Enumerable.Empty<JsonProperty>());
    }

    private static string DefaultOf(HandlerParameterInfo parameter)
    {
        using var document = JsonDocument.Parse(parameter.Default!, new JsonDocumentOptions { MaxDepth = StoredJson.Options.MaxDepth });
        return ValueOf(document.RootElement, parameter);
    }

    /// <summary>
    /// Returns the value as its parameter reads it: numbers also from texts, instants with any offset, enums in any case.
    /// </summary>
    private static string ValueOf(JsonElement value, HandlerParameterInfo? parameter)
    {
        if (value.ValueKind != JsonValueKind.String || parameter is null)
        {
            return CanonicalJson.Of(value);
        }

        var text = value.GetString()!;
        return parameter.Kind switch
        {
            ArgumentKind.Integer or ArgumentKind.Number when IsNumber(text) => CanonicalJson.OfNumber(text),
            ArgumentKind.Instant when HasOffset(value, out var instant) => $"\"{instant.UtcDateTime:O}\"",
            _ when parameter.Choices.FirstOrDefault(c => string.Equals(c, text, StringComparison.OrdinalIgnoreCase)) is { } choice =>
                $"\"{choice}\"",
            _ => CanonicalJson.Of(value),
        };
    }

    private static bool IsNumber(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Number && !text.Any(char.IsWhiteSpace);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Without an offset, the parameter's type decides which instant is meant.
    private static bool HasOffset(JsonElement value, out DateTimeOffset instant)
    {
        instant = default;
        var text = value.GetString()!;
        var time = text.IndexOf('T', StringComparison.Ordinal);
        return time > 0 && text.AsSpan(time).IndexOfAny("Z+-") > 0 && value.TryGetDateTimeOffset(out instant);
    }
}
