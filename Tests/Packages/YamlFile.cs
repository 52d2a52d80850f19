using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace OrleansTasks.Tests.Packages;

/// <summary>Reads YAML. Invalid YAML is an error, and so is a duplicate key.</summary>
internal static class YamlFile
{
    /// <summary>Returns the documents of a file as JSON.</summary>
    public static IReadOnlyList<JsonNode> Read(string file)
    {
        var reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().WithDuplicateKeyChecking().Build();
        var writer = new SerializerBuilder().JsonCompatible().Build();
        var parser = new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(File.OpenText(file)));
        var documents = new List<JsonNode>();
        parser.MoveNext();
        while (parser.Current is not null && parser.Current is not YamlDotNet.Core.Events.StreamEnd)
        {
            if (parser.Current is YamlDotNet.Core.Events.StreamStart)
            {
                parser.MoveNext();
                continue;
            }

            documents.Add(JsonNode.Parse(writer.Serialize(reader.Deserialize(parser)!))!);
        }

        return documents;
    }

    /// <summary>Returns the node at a path of keys. Null if there is none.</summary>
    public static JsonNode? At(this JsonNode node, params ReadOnlySpan<string> path)
    {
        JsonNode? at = node;
        foreach (var key in path)
        {
            at = at is JsonArray list ? list[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)] : at?[key];
        }

        return at;
    }

    public static string Text(this JsonNode node, params ReadOnlySpan<string> path) =>
        node.At(path)?.ToString() ?? throw new InvalidOperationException($"There is no {string.Join('.', path.ToArray())} in {node}");

    public static int Number(this JsonNode node, params ReadOnlySpan<string> path) =>
        int.Parse(node.Text(path), System.Globalization.CultureInfo.InvariantCulture);
}
