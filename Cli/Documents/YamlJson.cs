using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Hosting;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansTasks.Cli.Documents;

/// <summary>Converts YAML to JSON and back by the core schema of YAML 1.2: <c>00:05:00</c>, <c>no</c> and dates are strings.</summary>
internal static class YamlJson
{
    // Aliases can expand a small file to a huge document.
    private const int MostNodes = 1_000_000;
    private const int Deepest = 64;

    /// <exception cref="CliException">The text is not YAML, or has several documents.</exception>
    public static JsonNode? Read(string text, string file)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw CliException.Usage($"{file}: line {e.Start.Line}, column {e.Start.Column}: {e.Message} Fix that place.");
        }

        var nodes = 0;
        return stream.Documents.Count switch
        {
            0 => null,
            1 => ToJson(stream.Documents[0].RootNode, 0, ref nodes, file),
            var n => throw CliException.Usage($"{file} contains {n} documents instead of one. Split it."),
        };
    }

    public static string Write(JsonNode json)
    {
        using var text = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(ToYaml(json))).Save(text, assignAnchors: false);
        var yaml = text.ToString().ReplaceLineEndings("\n");

        // The emitter ends a document with three dots, which are not needed here.
        return yaml.EndsWith("...\n", StringComparison.Ordinal) ? yaml[..^4] : yaml;
    }

    private static JsonNode? ToJson(YamlNode node, int depth, ref int nodes, string file)
    {
        if (++nodes > MostNodes || depth > Deepest)
        {
            throw CliException.Usage($"{file} is nested deeper than {Deepest} levels, or has more than {MostNodes} nodes. Split it.");
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    if (key is not YamlScalarNode { Value: { } name } || !members.TryAdd(name, ToJson(value, depth + 1, ref nodes, file)))
                    {
                        throw CliException.Usage($"{file}: line {key.Start.Line}: '{key}' is not a valid name, or is given twice. Use "
                            + "each name once.");
                    }
                }

                return members;
            case YamlSequenceNode sequence:
                var items = new JsonArray();
                foreach (var child in sequence.Children)
                {
                    items.Add(ToJson(child, depth + 1, ref nodes, file));
                }

                return items;
            default:
                var scalar = (YamlScalarNode)node;
                return scalar.Style is ScalarStyle.Plain ? Plain(scalar.Value ?? "") : JsonValue.Create(scalar.Value ?? "");
        }
    }

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ => NumberOf(text) ?? JsonValue.Create(text),
    };

    // Numbers in JSON's format keep all their digits. Numbers in formats that only YAML has are converted.
    private static JsonNode? NumberOf(string text)
    {
        if (text[0] is not ('-' or '+' or '.' or (>= '0' and <= '9')) || text.Any(static c => c is ':' or '_' or '~' or ' '))
        {
            return null;
        }

        try
        {
            if (JsonNode.Parse(text) is { } node && node.GetValueKind() == JsonValueKind.Number)
            {
                return node;
            }
        }
        catch (JsonException)
        {
            // The text is a number in another format, or a string.
        }

        return text.StartsWith("0x", StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? JsonValue.Create(hex)
            : decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number) ? JsonValue.Create(number)
            : null;
    }

    private static YamlNode ToYaml(JsonNode? json) => json switch
    {
        JsonObject members =>
            new YamlMappingNode(members.Select(static m => new KeyValuePair<YamlNode, YamlNode>(Scalar(m.Key), ToYaml(m.Value)))),
        JsonArray { Count: 0 } => new YamlSequenceNode { Style = YamlDotNet.Core.Events.SequenceStyle.Flow },
        JsonArray items => new YamlSequenceNode(items.Select(ToYaml)),
        null => new YamlScalarNode("null"),
        _ => json.GetValueKind() == JsonValueKind.String ? Scalar(json.GetValue<string>()) : new YamlScalarNode(json.ToJsonString()),
    };

    // A string has quotes if another parser might read it as a number, a Boolean, a time or YAML syntax.
    private static YamlScalarNode Scalar(string text) => new(text)
    {
        Style =
            text.Length > 0 && char.IsAsciiLetter(text[0])
                && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '@' or '+')
            && text.ToUpperInvariant() is not ("NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N")
                ? ScalarStyle.Plain
                : ScalarStyle.DoubleQuoted,
    };
}
