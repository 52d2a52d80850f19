using OrleansTasks.Storage;

namespace OrleansTasks.Partitions;

/// <summary>
/// Keeps the changes of a partition's items that are not stored yet, and the items that could not be read, which stay as they are.
/// </summary>
internal sealed class ItemChanges
{
    private readonly Dictionary<string, string> _aside = new(StringComparer.Ordinal);
    private List<LogChange> _changes = [];

    /// <summary>Gets the number of changes.</summary>
    public int Count => _changes.Count;

    /// <summary>Gets the names of the items that could not be read.</summary>
    public IEnumerable<string> Aside => _aside.Keys;

    /// <summary>Sets aside an item that cannot be read, or that was set aside before.</summary>
    public void SetAside(string name, string json) => _aside[name] = json;

    /// <summary>Returns the text of an item that could not be read; null for any other item.</summary>
    public string? FindAside(string name) => _aside.Count > 0 ? _aside.GetValueOrDefault(name) : null;

    /// <summary>Records a new text of an item. Null removes the item.</summary>
    public void Note(string name, string? json)
    {
        if (_aside.Count > 0 && _aside.Remove(name, out var unread))
        {
            // A new item takes the name, so the unreadable one moves to another name.
            _aside[ItemNames.Aside + name] = unread;
            _changes.Add(new LogChange(ItemNames.Aside + name, unread));
        }

        _changes.Add(new LogChange(name, json));
    }

    /// <summary>Returns the changes since the last call, in order.</summary>
    public IReadOnlyList<LogChange> Take()
    {
        var changes = _changes;
        _changes = [];
        return changes;
    }
}
