using System.Text.Json;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Defines the names of a partition's stored items. Each item is JSON under its own name, and a prefix of two characters gives its kind.
/// </summary>
internal static class ItemNames
{
    public const string Header = "h";
    public const string Calendars = "c";
    public const string Task = "t:";
    public const string Run = "r:";
    public const string Position = "s:";
    public const string Idempotency = "k:";
    public const string Batch = "b:";
    public const string Group = "g:";
    public const string Aside = "x:";
    private const int PrefixLength = 2;

    public static string OfTask(string task) => Task + task;

    public static string OfPosition(string task) => Position + task;

    public static string OfRun(Guid id) => Run + id.ToString("N");

    public static string OfBatch(Guid id) => Batch + id.ToString("N");

    public static string OfGroup(string group) => Group + group;

    /// <summary>Splits a name into the kind of the item and the rest.</summary>
    public static (string Kind, string Name) Parse(string name) =>
        (name[..Math.Min(PrefixLength, name.Length)], name[Math.Min(PrefixLength, name.Length)..]);

    /// <summary>Parses the rest of a name as an id.</summary>
    public static Guid IdOf(string rest) => Guid.ParseExact(rest, "N");

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, StoredJson.Options)!;

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, StoredJson.Options);
}
