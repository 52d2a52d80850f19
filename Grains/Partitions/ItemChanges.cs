using OrleansTasks.Storage;

namespace OrleansTasks.Partitions;

/// <summary>The changes of a partition's items that are not stored yet; and the items that could not be read, which stay as they are.</summary>
internal sealed class ItemChanges
{
    private readonly Dictionary<string, string> _aside = new(StringComparer.Ordinal);
    private List<LogChange> _changes = [];

    /// <summary>How many changes there are.</summary>
    public int Count => _changes.Count;

    /// <summary>The names of the items that could not be read.</summary>
    public IEnumerable<string> Aside => _aside.Keys;

    /// <summary>Sets an item aside that cannot be read, or was set aside before.</summary>
    public void SetAside(string name, string json) => _aside[name] = json;

    /// <summary>The text of an item that could not be read; null if it is none of those.</summary>
    public string? FindAside(string name) => _aside.Count > 0 ? _aside.GetValueOrDefault(name) : null;

    /// <summary>Notes another text of an item; null: there is no such item any more.</summary>
    public void Note(string name, string? json)
    {
        if (_aside.Count > 0 && _aside.Remove(name, out var unread))
        {
            // Something new takes its name: what cannot be read is kept under another one.
            _aside[ItemNames.Aside + name] = unread;
            _changes.Add(new LogChange(ItemNames.Aside + name, unread));
        }

        _changes.Add(new LogChange(name, json));
    }

    /// <summary>The changes since the last call, in order.</summary>
    public IReadOnlyList<LogChange> Take()
    {
        var changes = _changes;
        _changes = [];
        return changes;
    }
}
