using System.Text.Json;
using OrleansTasks.Http;

namespace OrleansTasks.Requests;

/// <summary>Combines the two forms of arguments in requests: positional and named.</summary>
internal static class RequestArguments
{
    /// <summary>Returns the arguments; null if neither form is given, which means the task's own arguments.</summary>
    public static TaskArguments? Of(JsonElement? args, JsonElement? named)
    {
        Require(args, JsonValueKind.Array, "args", "an array, such as [13]");
        Require(named, JsonValueKind.Object, "named", "an object, such as {\"n\":13}");
        return (args, named) switch
        {
            (null, null) => null,
            ({ } a, null) => TaskArguments.FromJson(a),
            (null, { } n) => TaskArguments.FromJson(n),
            ({ } a, { } n) => TaskArguments.FromJson(a).WithNamed(TaskArguments.FromJson(n)),
        };
    }

    private static void Require(JsonElement? given, JsonValueKind kind, string member, string wanted)
    {
        if (given is { } value && value.ValueKind != kind)
        {
            throw ProblemException.BadParameter(member, $"'{member}' must be {wanted}, not a {value.ValueKind}.");
        }
    }
}
