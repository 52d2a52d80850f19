using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Benchmarks.History;

/// <summary>Appends the results of benchmarks to a file with one JSON object a line, so that figures of commits can be compared.</summary>
internal static class BenchmarkHistory
{
    /// <summary>The start of a line with a result.</summary>
    public const string Mark = "RESULT ";

    // The file is read by people and by scripts, and is no part of a web page.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Appends the results in an output.</summary>
    /// <param name="file">The file, which is created if it does not exist.</param>
    /// <param name="output">What the benchmark printed.</param>
    /// <param name="arguments">The command line of the benchmark.</param>
    /// <param name="commit">The commit that was measured, with <c>+</c> if files were changed since.</param>
    /// <param name="at">When the results were recorded.</param>
    /// <param name="processors">The number of processors.</param>
    /// <returns>The number of results.</returns>
    public static int Append(string file, string output, IEnumerable<string> arguments, string commit, DateTimeOffset at, int processors)
    {
        var entries = Entries(output, arguments, commit, at, processors).ToList();
        if (entries.Count > 0)
        {
            File.AppendAllLines(file, entries);
        }

        return entries.Count;
    }

    /// <summary>Returns a line for each result in an output.</summary>
    public static IEnumerable<string> Entries(
        string output, IEnumerable<string> arguments, string commit, DateTimeOffset at, int processors) =>
        output.ReplaceLineEndings("\n").Split('\n')
            .Where(static l => l.StartsWith(Mark, StringComparison.Ordinal))
            .Select(l => new JsonObject
            {
                ["at"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null),
                ["commit"] = commit,
                ["processors"] = processors,
                ["arguments"] = string.Join(' ', WithoutFile(arguments)),
                ["result"] = JsonNode.Parse(l[Mark.Length..]),
            }.ToJsonString(Plain));

    private static IEnumerable<string> WithoutFile(IEnumerable<string> arguments)
    {
        var skip = false;
        foreach (var argument in arguments)
        {
            if (!skip && argument != "--append")
            {
                yield return argument;
            }

            skip = argument == "--append";
        }
    }
}
