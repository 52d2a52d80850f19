using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Cli.Applying;

/// <summary>Compares what is there with what is wanted.</summary>
internal static class Differences
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What a registration fills in where nobody has said it.
    private static readonly string[] FilledIn = ["anchor", "start"];

    /// <summary>Compares two values, member by member.</summary>
    /// <param name="path">Where they are.</param>
    /// <param name="old">What is there.</param>
    /// <param name="wanted">What is wanted.</param>
    /// <param name="schedule">Whether they are schedules, of which a registration fills in parts.</param>
    public static IEnumerable<Difference> Of(string path, JsonNode? old, JsonNode? wanted, bool schedule = false)
    {
        switch (old, wanted)
        {
            case (JsonObject a, JsonObject b):
                return a.Select(static m => m.Key).Union(b.Select(static m => m.Key)).Order(StringComparer.Ordinal)
                    .Where(name => !(schedule && b[name] is null && FilledIn.Contains(name)))
                    .SelectMany(name => Of($"{path}.{name}", a[name], b[name], schedule));
            case (JsonArray a, JsonArray b) when schedule && a.Count == b.Count:
                return a.Zip(b).SelectMany((pair, n) => Of($"{path}[{n}]", pair.First, pair.Second, schedule));
            default:
                return JsonNode.DeepEquals(old, wanted) ? [] : [new Difference(path, Text(old), Text(wanted))];
        }
    }

    private static string? Text(JsonNode? node) => node?.ToJsonString(Plain);
}
