using System.Text.Json;
using OrleansTasks.Http;

namespace OrleansTasks.Requests;

/// <summary>The two ways in which requests give arguments, together or alone.</summary>
internal static class RequestArguments
{
    /// <summary>The arguments; null if neither is given, which means the task's own.</summary>
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
            throw ProblemException.BadParameter(member, $"'{member}' is {wanted}, not a {value.ValueKind}.");
        }
    }
}
