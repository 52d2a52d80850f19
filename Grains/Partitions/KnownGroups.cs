namespace OrleansTasks.Partitions;

/// <summary>The groups whose limits are known to be stored, in records of their own. Knows no clock and no storage.</summary>
/// <param name="note">Notes a change for the log: an item's name, and its JSON or null.</param>
internal sealed class KnownGroups(Action<string, string?> note)
{
    private const string Json = "{}";
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _groups.Count;

    /// <summary>The names of the stored items.</summary>
    public IEnumerable<string> Names => _groups.Select(ItemNames.OfGroup);

    /// <summary>Takes a stored item; the rest of its name says which.</summary>
    public void Load(string rest) => _groups.Add(rest);

    /// <summary>The JSON of an item; null if there is none.</summary>
    public string? GetJson(string rest) => Has(rest) ? Json : null;

    /// <summary>Whether a group's limits are known to be stored.</summary>
    public bool Has(string group) => _groups.Contains(group);

    /// <summary>Notes that a group's limits are stored.</summary>
    public void Add(string group)
    {
        if (_groups.Add(group))
        {
            note(ItemNames.OfGroup(group), Json);
        }
    }
}
