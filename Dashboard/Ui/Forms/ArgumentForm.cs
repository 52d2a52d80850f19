using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Text;

namespace OrleansTasks.Ui;

/// <summary>Represents a form for the arguments of a handler, with one field for each parameter. Pure.</summary>
public sealed class ArgumentForm
{
    private ArgumentForm(IReadOnlyList<ArgumentField> fields) => Fields = fields;

    /// <summary>Gets the fields, in the order of the parameters.</summary>
    public IReadOnlyList<ArgumentField> Fields { get; }

    /// <summary>Creates a form and fills it with arguments.</summary>
    /// <param name="handler">The handler.</param>
    /// <param name="arguments">The arguments to fill in; null for none.</param>
    /// <param name="clock">The time zone in which instants are entered.</param>
    /// <returns>
    /// The form; null if a form cannot represent the arguments, because the parameters are unknown or an argument has no field.
    /// </returns>
    public static ArgumentForm? Of(HandlerInfo? handler, TaskArguments? arguments, Clock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        if (handler is null or { TakesAny: true } || arguments?.Count > handler.Parameters.Count)
        {
            return null;
        }

        var given = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var (parameter, value) in handler.Parameters.Zip(arguments?.Positional.EnumerateArray().ToList() ?? []))
        {
            given[parameter.Name] = value;
        }

        foreach (var named in arguments?.NamedArguments?.EnumerateObject().ToList() ?? [])
        {
            given[named.Name] = named.Value;
        }

        return given.Keys.All(name => handler.Parameters.Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            ? new ArgumentForm(
                [.. handler.Parameters.Select(p => ArgumentField.Of(p, given.TryGetValue(p.Name, out var value) ? value : null, clock))])
            : null;
    }

    /// <summary>Checks all fields and reads the arguments.</summary>
    /// <returns>The arguments by name; null if a field is invalid. The field then states the error.</returns>
    public TaskArguments? Read(Clock clock)
    {
        var named = new JsonObject();
        foreach (var field in Fields)
        {
            if (field.Read(clock, out var value))
            {
                named[field.Parameter.Name] = value;
            }
        }

        return Fields.Any(f => f.Fault is not null) ? null : named.Count == 0 ? TaskArguments.None : TaskArguments.From(named);
    }
}

/// <summary>Represents one field of a form for arguments.</summary>
public sealed class ArgumentField
{
    private (string Text, string Json)? _given;

    private ArgumentField(HandlerParameterInfo parameter) => Parameter = parameter;

    /// <summary>Gets the parameter.</summary>
    public HandlerParameterInfo Parameter { get; }

    /// <summary>Gets or sets the input.</summary>
    public string Text { get; set; } = "";

    /// <summary>Gets the error of the input; null if it is valid or not yet checked.</summary>
    public string? Fault { get; private set; }

    internal static ArgumentField Of(HandlerParameterInfo parameter, JsonElement? value, Clock clock)
    {
        var field = new ArgumentField(parameter) { Text = TextOf(parameter, value, clock) };

        // The form shows an instant with less precision than it may have. An unchanged field keeps the original value.
        field._given = parameter.Kind == ArgumentKind.Instant && value is { ValueKind: JsonValueKind.String } given
            ? (field.Text, given.GetString()!)
            : null;
        return field;
    }

    private static string TextOf(HandlerParameterInfo parameter, JsonElement? value, Clock clock) =>
        value is not { } given || given.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined
            ? parameter is { Kind: ArgumentKind.Boolean, Optional: false, Nullable: false } ? "false" : ""
            : given.ValueKind == JsonValueKind.String && parameter.Kind != ArgumentKind.Any
            ? ShownText(parameter.Kind, given.GetString()!, clock)
            : given.GetRawText();

    /// <summary>Checks the field and reads its argument.</summary>
    /// <returns>Whether the field contains an argument.</returns>
    internal bool Read(Clock clock, out JsonNode? value)
    {
        (value, Fault) = (null, null);
        var text = Text.Trim();
        if (text.Length == 0
            && (Parameter.Kind != ArgumentKind.Text || Parameter.Optional || Parameter.Nullable || Parameter.Choices.Count > 0))
        {
            Fault = Parameter.Optional || Parameter.Nullable ? null : "A value is needed.";
            return Parameter is { Optional: false, Nullable: true };
        }

        switch (Parameter.Kind)
        {
            case ArgumentKind.Integer when Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _):
            case ArgumentKind.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number):
                value = Json(text.TrimStart('+'), "This is not a number.");
                break;
            case ArgumentKind.Integer:
                Fault = "A whole number is needed.";
                break;
            case ArgumentKind.Number:
                Fault = "A number is needed, with a point: 1.5";
                break;
            case ArgumentKind.Boolean:
                value = JsonValue.Create(text == "true");
                break;
            case ArgumentKind.Instant when _given is { } known && text == known.Text:
                value = JsonValue.Create(known.Json);
                break;
            case ArgumentKind.Instant when clock.Instant(text) is { } instant:
                value = JsonValue.Create(clock.Local(instant).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));
                break;
            case ArgumentKind.Instant:
                Fault = "A date and a time are needed.";
                break;
            case ArgumentKind.Duration when SpanText.TryRead(text, out var span):
                // Users can enter durations in several formats. The handler receives this one.
                value = JsonValue.Create(span.ToString("c", CultureInfo.InvariantCulture));
                break;
            case ArgumentKind.Duration:
                Fault = $"A duration is needed: {SpanText.Fault(text)}.";
                break;
            case ArgumentKind.Any:
                value = Json(text, "This is not valid JSON.");
                break;
            default:
                value = JsonValue.Create(Text);
                break;
        }

        return Fault is null;
    }

    private JsonNode? Json(string text, string otherwise)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            Fault = $"{otherwise} {e.Message}";
            return null;
        }
    }

    private static string ShownText(ArgumentKind kind, string text, Clock clock) =>
        kind == ArgumentKind.Instant && InstantText.TryRead(text, out var instant) ? clock.Input(instant) : text;
}
