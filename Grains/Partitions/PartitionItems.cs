using OrleansTasks.Records;
using OrleansTasks.Schedules;
using OrleansTasks.Storage;
using static OrleansTasks.Partitions.ItemNames;

namespace OrleansTasks.Partitions;

/// <summary>
/// Represents a partition's registry as its log stores it: as named JSON items. Reads them when the partition is loaded, and provides them
/// when the log asks.
/// </summary>
/// <param name="state">The registry.</param>
/// <param name="changes">The changes that are not stored yet, and the items that cannot be read.</param>
internal sealed class PartitionItems(PartitionState state, ItemChanges changes) : IPartitionItems
{
    /// <summary>
    /// Gets the items that could not be read when the partition was loaded. They stay in storage as they are and have no effect.
    /// </summary>
    public IReadOnlyList<UnreadItem> SetAside { get; private set; } = [];

    /// <summary>Loads the items of the log. An item that cannot be read is set aside. Only an unreadable header is an error.</summary>
    /// <exception cref="PartitionStorageException">The header cannot be read.</exception>
    public void Load(IEnumerable<KeyValuePair<string, string>> items)
    {
        var unread = new List<UnreadItem>();
        foreach (var (key, json) in items)
        {
            try
            {
                LoadOne(key, json);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (key == ItemNames.Header)
                {
                    throw new PartitionStorageException(
                        $"The header of the partition cannot be read: {e.Message} Restore all records of the partition from one backup.", e)
                    {
                        IsPermanent = true
                    };
                }

                changes.SetAside(key, json);
                unread.Add(UnreadItem.Of(key, e));
            }
        }

        SetAside = unread;
        state.OnRestored();
    }

    public IEnumerable<string> Keys =>
        (state.Header is null ? [] : new[] { ItemNames.Header })
        .Concat(state.Calendars.Revision == 0 ? [] : new[] { ItemNames.Calendars })
        .Concat(state.Slots.Where(s => s.Value.Entry is not null).Select(s => OfTask(s.Key)))
        .Concat(state.Slots.Where(s => s.Value.Position != TaskPosition.None).Select(s => OfPosition(s.Key)))
        .Concat(state.Runs.Keys.Select(OfRun))
        .Concat(state.Idempotency.Names)
        .Concat(state.Batches.Names)
        .Concat(state.Groups.Names)
        .Concat(state.Requests.Keys)
        .Concat(changes.Aside);

    public string? GetJson(string key)
    {
        if (changes.FindAside(key) is { } unread)
        {
            return unread;
        }

        var (kind, rest) = Parse(key);
        return kind switch
        {
            ItemNames.Header => state.Header is null ? null : Write(state.Header),
            ItemNames.Calendars => state.Calendars.Revision == 0 ? null : Write(state.Calendars),
            ItemNames.Task => state.Slots.TryGetValue(rest, out var slot) && slot.Entry is not null ? Write(slot.Entry) : null,
            ItemNames.Run => state.Runs.TryGetValue(IdOf(rest), out var run) ? Write(run) : null,
            ItemNames.Position => state.Slots.TryGetValue(rest, out var known) && known.Position != TaskPosition.None
                ? Write(known.Position)
                : null,
            ItemNames.Idempotency => state.Idempotency.GetJson(rest),
            ItemNames.Batch => state.Batches.GetJson(rest),
            ItemNames.Group => state.Groups.GetJson(rest),
            RequestIds.Prefix => state.Requests.GetJson(key),
            _ => null,
        };
    }

    private void LoadOne(string key, string json)
    {
        var (kind, rest) = Parse(key);
        switch (kind)
        {
            case ItemNames.Header:
                state.Restore(Read<PartitionHeader>(json));
                break;
            case ItemNames.Calendars:
                state.Restore(Read<CalendarSet>(json));
                break;
            case ItemNames.Task:
                state.Restore(Read<TaskEntry>(json) with { Name = rest });
                break;
            case ItemNames.Run:
                state.Runs.Restore(Read<StoredRun>(json));
                break;
            case ItemNames.Position:
                state.Restore(rest, Read<TaskPosition>(json));
                break;
            case ItemNames.Idempotency:
                state.Idempotency.Load(rest, json);
                break;
            case ItemNames.Batch:
                state.Batches.Load(rest, json);
                break;
            case ItemNames.Group:
                state.Groups.Load(rest);
                break;
            case RequestIds.Prefix:
                state.Requests.Load(key, json);
                break;
            case ItemNames.Aside:
                // It was set aside before, and another item has its key since.
                changes.SetAside(key, json);
                break;
            default:
                throw new InvalidDataException("It is of a kind that this version of OrleansTasks does not know.");
        }
    }
}
