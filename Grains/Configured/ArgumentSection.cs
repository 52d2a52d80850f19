using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace OrleansTasks.Configured;

/// <summary>
/// Reads arguments, whose types are not known here. True and false become Boolean values, and everything else becomes text, which numeric
/// parameters also read. Keys 0, 1, 2 make a list. If that is not what is meant, one text with JSON specifies it exactly.
/// </summary>
internal static class ArgumentSection
{
    /// <summary>Returns the arguments as JSON: an array of positional ones, or an object of named ones. Null if there are none.</summary>
    public static JsonNode? Read(IConfigurationSection section, ConfigurationFaults faults)
    {
        if (section.GetChildren().Any())
        {
            return Value(section);
        }

        if (string.IsNullOrWhiteSpace(section.Value))
        {
            return null;
        }

        try
        {
            if (JsonNode.Parse(section.Value, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is { } json
                and (JsonArray or JsonObject))
            {
                return json;
            }

            faults.Add(section, "It must be a JSON array or object.");
        }
        catch (JsonException e)
        {
            faults.Add(section, $"It is not valid JSON: {SectionReader.WithoutPath(e.Message)} Write an array or an object.");
        }

        return null;
    }

    private static JsonNode? Value(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
        {
            return section.Value is not { } text ? null : bool.TryParse(text, out var truth) ? JsonValue.Create(truth)
                : JsonValue.Create(text);
        }

        if (children.All(c => int.TryParse(c.Key, out var n) && n >= 0))
        {
            return new JsonArray(
                [.. children.OrderBy(c => int.Parse(c.Key, System.Globalization.CultureInfo.InvariantCulture)).Select(Value)]);
        }

        return new JsonObject(children.Select(c => KeyValuePair.Create(c.Key, Value(c))));
    }
}
