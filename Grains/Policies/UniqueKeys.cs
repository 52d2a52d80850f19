using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>Computes the keys of dispatches that are unique by their arguments. Pure.</summary>
internal static class UniqueKeys
{
    // No caller's key starts with this character, because control characters are rejected.
    private const char Mark = '\u0001';

    /// <summary>Returns the key of a dispatch from its bound arguments and its headers.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="headers">The headers that are compared, or null for none.</param>
    public static string Of(SortedDictionary<string, string> arguments, TaskHeaders? headers = null) =>
        $"{Mark}b{Hash(JsonSerializer.Serialize(arguments, StoredJson.Options) + (headers is null ? "" : $"\n{headers.Canonical}"))}";

    /// <summary>Returns the key that earlier versions computed from the arguments' text.</summary>
    public static string Former(TaskArguments? arguments) => Mark + (arguments is null ? "" : Hash(arguments.ToString()));

    private static string Hash(string text) => Convert.ToHexString(XxHash128.Hash(Encoding.UTF8.GetBytes(text)));
}
