using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Commands;

/// <summary>Reads the arguments of a run.</summary>
internal static class ArgumentInput
{
    /// <summary>Returns a request body with the members <c>args</c> and <c>named</c>.</summary>
    public static JsonObject Read(IReadOnlyList<string> words, IReadOnlyList<string> named, string? all, CliHost host)
    {
        if (all is not null && words.Count > 0)
        {
            throw CliException.Usage("Arguments are given twice: on the command line and with --args. Use one of the two.");
        }

        var body = new JsonObject();
        if (words.Count > 0)
        {
            body["args"] = new JsonArray([.. words.Select(TextInput.Word)]);
        }

        if (all is not null)
        {
            var json = TextInput.Json(TextInput.Content(all, host, "--args"), "--args");
            body[json?.GetValueKind() switch
            {
                JsonValueKind.Array => "args",
                JsonValueKind.Object => "named",
                _ => throw CliException.Usage($"--args: the value must be an array such as [13] or an object such as {{\"n\":13}}, and is "
                    + $"{json?.GetValueKind().ToString() ?? "null"}."),
            }] = json;
        }

        if (named.Count > 0)
        {
            var members = body["named"] as JsonObject ?? [];
            foreach (var text in named)
            {
                var (name, value) = TextInput.Pair(text, "--named");
                if (!members.TryAdd(name, TextInput.Word(value)))
                {
                    throw CliException.Usage($"--named: '{name}' is given twice. Give it once.");
                }
            }

            body["named"] = members;
        }

        return body;
    }
}
