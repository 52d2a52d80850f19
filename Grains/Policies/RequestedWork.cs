using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Policies;

/// <summary>
/// Describes what a dispatch with an idempotency key requests, as it is kept with the key: a hash of each argument, of the headers, and of
/// the continuations. Values are not kept, so that they are neither stored longer than the run nor revealed to others. The due time, the
/// priority and the time limits are not compared: a client that retries may compute them again. Pure.
/// </summary>
internal static class RequestedWork
{
    private const int MaxNamed = 10;
    private const int MaxArguments = 32;
    private const string Then = "\u0001then";
    private const string Rest = "\u0001rest";
    private const string Headers = "\u0001headers";

    /// <summary>Returns the text that is kept.</summary>
    /// <param name="arguments">The bound arguments.</param>
    /// <param name="then">The continuations of the run, or null for none.</param>
    /// <param name="headers">The headers that are compared, or null for none.</param>
    public static string Of(SortedDictionary<string, string> arguments, IReadOnlyList<Continuation>? then, TaskHeaders? headers = null)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, json) in arguments.Take(MaxArguments))
        {
            parts[name] = Hash(json);
        }

        if (arguments.Count > MaxArguments)
        {
            parts[Rest] = Hash(string.Join('\n', arguments.Skip(MaxArguments).Select(a => $"{a.Key}\t{a.Value}")));
        }

        if (then is { Count: > 0 })
        {
            parts[Then] = Hash(CanonicalJson.Of(JsonSerializer.SerializeToElement(then, StoredJson.Options)));
        }

        if (headers is not null)
        {
            parts[Headers] = Hash(headers.Canonical);
        }

        return JsonSerializer.Serialize(parts, StoredJson.Options);
    }

    /// <summary>
    /// Returns the differences between the work of two dispatches, one sentence for each. None if it is the same, or if one of them is not
    /// known.
    /// </summary>
    public static IReadOnlyList<string> Differences(string? first, string? second)
    {
        if (first is null || second is null || first == second)
        {
            return [];
        }

        var (before, now) = (Read(first), Read(second));
        var differences = before.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Where(name => before.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => Difference(name, before.ContainsKey(name), now.ContainsKey(name))).ToList();
        return differences.Count <= MaxNamed
            ? differences
            : [.. differences.Take(MaxNamed), $"{differences.Count - MaxNamed} more differ."];
    }

    private static string Difference(string name, bool before, bool now) => (name, before, now) switch
    {
        (Then, _, _) => "The continuations (then) differ.",
        (Headers, _, _) => "The headers differ.",
        (Rest, _, _) => $"Arguments beyond the first {MaxArguments} differ.",
        (_, true, true) => $"The argument {Named(name)} has another value.",
        (_, true, false) => $"The argument {Named(name)} is missing.",
        _ => $"The argument {Named(name)} was not given the first time.",
    };

    private static string Named(string name) => $"'{(name.Length <= 60 ? name : name[..60] + "…")}'";

    private static string Hash(string text) => Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text)));

    private static Dictionary<string, string> Read(string work) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(work, StoredJson.Options)!;
}
