using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Cli.Applying;

/// <summary>Compares the state of the cluster with the file.</summary>
internal static class Differences
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The members that a registration fills in if they are omitted.
    private static readonly string[] FilledIn = ["anchor", "start"];

    /// <summary>Compares two values member by member.</summary>
    /// <param name="path">The path of the values.</param>
    /// <param name="old">The current value.</param>
    /// <param name="wanted">The value in the file.</param>
    /// <param name="schedule">Whether the values are schedules. A registration fills in parts of schedules.</param>
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
