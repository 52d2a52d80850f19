using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;
using OrleansTasks.Text;

namespace OrleansTasks.Values;

/// <summary>
/// Contains the headers of a run or a request, in the order of their names, which are case-insensitive. It is immutable and has value
/// equality. It may have faults (<see cref="Faults(string, TaskHeaders?)"/>) until it is validated.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskHeaders")]
[JsonConverter(typeof(TaskHeadersJsonConverter))]
internal sealed class TaskHeaders : IReadOnlyDictionary<string, string>, IEquatable<TaskHeaders>
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 100;

    private const int MaxFaults = 10;
    private const string Marks = "-_.:/";
    private static readonly StringComparer Names = StringComparer.OrdinalIgnoreCase;

    // Names and values, alternating. Null if a message lacks it.
    [Id(0)]
    private readonly string[]? _pairs;

    private TaskHeaders(string[] pairs) => _pairs = pairs;

    /// <summary>Gets an empty set of headers.</summary>
    public static TaskHeaders None { get; } = new([]);

    public int Count => Pairs.Length / 2;

    public IEnumerable<string> Keys => this.Select(static h => h.Key);

    public IEnumerable<string> Values => this.Select(static h => h.Value);

    /// <summary>Gets the size in bytes of UTF-8.</summary>
    public int Size => Pairs.Sum(static t => Encoding.UTF8.GetByteCount(t ?? ""));

    /// <summary>Gets a text that is the same for the same headers, in whatever case their names are written.</summary>
    public string Canonical => string.Concat(this.Select(static h => $"{h.Key.ToUpperInvariant()}\t{h.Value}\n"));

    private string[] Pairs => _pairs ?? [];

    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException("There is no header "
        + $"'{ShownText.Of(key, MaxNameLength)}'. Use TryGetValue for one that may be missing.");

    /// <summary>Copies the headers that a caller gave, or returns null if there are none.</summary>
    [return: NotNullIfNotNull(nameof(none))]
    public static TaskHeaders? Of(IEnumerable<KeyValuePair<string, string>>? headers, TaskHeaders? none = null)
    {
        if (headers is null or IReadOnlyCollection<KeyValuePair<string, string>> { Count: 0 })
        {
            return none;
        }

        if (headers is TaskHeaders already)
        {
            return already;
        }

        var pairs = headers.OrderBy(static h => h.Key, Names).SelectMany(static h => new[] { h.Key, h.Value }).ToArray();
        return pairs.Length > 0 ? new TaskHeaders(pairs) : none;
    }

    /// <summary>Returns headers, with others added whose names they do not have. Null if there are none.</summary>
    public static TaskHeaders? Over(TaskHeaders? headers, TaskHeaders? beneath) => headers is null or { Count: 0 } ? beneath
        : beneath is null or { Count: 0 } ? headers
        : Of(headers.Concat(beneath.Where(h => !headers.ContainsKey(h.Key))));

    /// <summary>Returns the same for headers of any type.</summary>
    public static TaskHeaders? Over(IEnumerable<KeyValuePair<string, string>>? headers, TaskHeaders? beneath) => Over(Of(headers), beneath);

    /// <summary>Returns the fault of a name, or null if there is none.</summary>
    public static string? NameFault(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && name.All(static c => char.IsAsciiLetterOrDigit(c) || Marks.Contains(c))
        ? null
        : $"'{ShownText.Of(name, MaxNameLength)}' is not a valid header name; 1 to {MaxNameLength} characters are allowed: ASCII letters, "
            + $"digits and {Marks}";

    /// <summary>Returns the faults of headers.</summary>
    /// <param name="of">The subject of the message.</param>
    /// <param name="headers">The headers, or null for none.</param>
    public static IEnumerable<string> Faults(string of, TaskHeaders? headers) =>
        headers is null ? [] : headers.Faults().Take(MaxFaults).Select(f => $"{of}: {f}.");

    /// <summary>Rejects headers with faults.</summary>
    /// <exception cref="InvalidTaskException">The headers have faults. The message lists them.</exception>
    public static void Check(string? task, TaskHeaders? headers)
    {
        if (headers is not null && Faults("Headers", headers).ToList() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(task, faults);
        }
    }

    /// <summary>Returns the headers whose names match, or null if there are none.</summary>
    public TaskHeaders? Only(Func<string, bool> isGood) => Of(this.Where(h => isGood(h.Key)));

    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        var at = IndexOf(key);
        value = at < 0 ? null : Pairs[at + 1];
        return at >= 0;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (var n = 0; n + 1 < Pairs.Length; n += 2)
        {
            yield return new KeyValuePair<string, string>(Pairs[n], Pairs[n + 1]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(TaskHeaders? other) => other is not null && Count == other.Count
        && this.Zip(other).All(static p => Names.Equals(p.First.Key, p.Second.Key) && p.First.Value == p.Second.Value);

    public override bool Equals(object? obj) => Equals(obj as TaskHeaders);

    public override int GetHashCode() =>
        this.Aggregate(Count, static (hash, h) => HashCode.Combine(hash, Names.GetHashCode(h.Key), h.Value));

    /// <summary>Returns the names only, because values may be secret.</summary>
    public override string ToString() => string.Join(", ", Keys);

    private IEnumerable<string> Faults()
    {
        string? before = null;
        foreach (var (name, value) in this)
        {
            if (NameFault(name) is { } fault)
            {
                yield return fault;
            }
            else if (Names.Equals(before, name))
            {
                yield return $"'{name}' is given twice; give it once, as the case of names does not matter";
            }
            else if (value is null)
            {
                yield return $"'{name}' has no value; give a text, or leave the header out";
            }
            else if (value.Any(char.IsControl) || !IsWhole(value))
            {
                yield return $"'{name}' has a control character, or half of a surrogate pair, in its value; remove it";
            }

            before = name;
        }
    }

    private static bool IsWhole(string text)
    {
        for (var n = 0; n < text.Length; n++)
        {
            if (char.IsSurrogate(text[n]) && !(n + 1 < text.Length && char.IsSurrogatePair(text[n], text[++n])))
            {
                return false;
            }
        }

        return true;
    }

    // A linear search suffices for so few.
    private int IndexOf(string name)
    {
        var pairs = Pairs;
        for (var n = 0; n + 1 < pairs.Length; n += 2)
        {
            if (Names.Equals(pairs[n], name))
            {
                return n;
            }
        }

        return -1;
    }
}
