using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>The keys of dispatches that are unique by their arguments. Pure.</summary>
internal static class UniqueKeys
{
    // No key of a caller begins like this: control characters are refused.
    private const char Mark = '\u0001';

    /// <summary>The key of a dispatch, by its arguments as they are bound, and its headers.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="headers">The headers that count; null for none.</param>
    public static string Of(SortedDictionary<string, string> arguments, TaskHeaders? headers = null) =>
        $"{Mark}b{Hash(JsonSerializer.Serialize(arguments, StoredJson.Options) + (headers is null ? "" : $"\n{headers.Canonical}"))}";

    /// <summary>The key that earlier versions made of the arguments' text.</summary>
    public static string Former(TaskArguments? arguments) => Mark + (arguments is null ? "" : Hash(arguments.ToString()));

    private static string Hash(string text) => Convert.ToHexString(XxHash128.Hash(Encoding.UTF8.GetBytes(text)));
}
