namespace OrleansTasks.Partitions;

/// <summary>
/// Keeps the names of the groups whose limits are known to be stored in records of their own. Knows no clock and no storage.
/// </summary>
/// <param name="note">Records a change for the log: an item's name, and its JSON or null.</param>
internal sealed class KnownGroups(Action<string, string?> note)
{
    private const string Json = "{}";
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);

    /// <summary>Gets the number of groups.</summary>
    public int Count => _groups.Count;

    /// <summary>Gets the names of the stored items.</summary>
    public IEnumerable<string> Names => _groups.Select(ItemNames.OfGroup);

    /// <summary>Loads a stored item. The argument is the rest of its name.</summary>
    public void Load(string rest) => _groups.Add(rest);

    /// <summary>Returns the JSON of an item; null if it does not exist.</summary>
    public string? GetJson(string rest) => Has(rest) ? Json : null;

    /// <summary>Returns whether a group's limits are known to be stored.</summary>
    public bool Has(string group) => _groups.Contains(group);

    /// <summary>Records that a group's limits are stored.</summary>
    public void Add(string group)
    {
        if (_groups.Add(group))
        {
            note(ItemNames.OfGroup(group), Json);
        }
    }
}
