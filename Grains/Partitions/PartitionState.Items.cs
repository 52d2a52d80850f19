using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <content>How it is stored: each part under a key of its own, as JSON.</content>
internal sealed partial class PartitionState : IPartitionItems
{
    private const string HeaderKey = "h";
    private const string CalendarsKey = "c";
    private const string TaskPrefix = "t:";
    private const string RunPrefix = "r:";
    private const string PositionPrefix = "s:";
    private const string IdempotencyPrefix = "k:";
    private const string BatchPrefix = "b:";
    private const string AsidePrefix = "x:";
    private readonly Dictionary<string, string> _aside = new(StringComparer.Ordinal);
    private List<LogChange> _changes = [];

    /// <summary>Items that could not be read when the partition was loaded. They stay in storage as they are, and count for nothing.</summary>
    public IReadOnlyList<UnreadItem> SetAside { get; private set; } = [];

    /// <summary>Takes what the log has. An item that cannot be read is set aside; only without the header nothing can be done.</summary>
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
                if (key == HeaderKey)
                {
                    throw new PartitionStorageException($"The header of the partition cannot be read: {e.Message} Restore all records of the partition from one backup.", e) { IsPermanent = true };
                }

                _aside[key] = json;
                unread.Add(UnreadItem.Of(key, e));
            }
        }

        SetAside = unread;
        foreach (var slot in Slots.Values.Where(s => s.Entry is not null))
        {
            slot.Entry = slot.Entry!.With(Calendars);
        }

        RemoveCleared();
        foreach (var slot in Slots.Values)
        {
            CallOff(slot);
        }
    }

    /// <summary>Removes what was cleared when the partition was lost before all of it was removed.</summary>
    private void RemoveCleared()
    {
        var floor = Header?.ClearedBefore ?? 0;
        foreach (var task in Slots.Where(s => s.Value.Entry?.Generation < floor).Select(s => s.Key).ToList())
        {
            RemoveTask(task);
        }

        ReleaseRuns([.. Runs.Where(r => r.Value.Generation < floor).Select(r => r.Key)], DateTimeOffset.UnixEpoch);

        foreach (var key in _keys.Where(k => k.Value.Generation < floor).Select(k => k.Key).ToList())
        {
            _keys.Remove(key);
            Note(IdempotencyPrefix + key, null);
        }
    }

    private void LoadOne(string key, string json)
    {
        var rest = key[Math.Min(2, key.Length)..];
        switch (key[..Math.Min(2, key.Length)])
        {
            case HeaderKey:
                Header = Read<PartitionHeader>(json);
                break;
            case CalendarsKey:
                Calendars = Read<CalendarSet>(json);
                break;
            case TaskPrefix:
                Slot(rest).Entry = Lean(Read<TaskEntry>(json) with { Name = rest });
                TaskCount++;
                break;
            case RunPrefix:
                AddToMemory(Read<StoredRun>(json));
                break;
            case PositionPrefix:
                Slot(rest).Position = Read<TaskPosition>(json);
                break;
            case IdempotencyPrefix:
                _keys[rest] = Read<IdempotencyEntry>(json);
                break;
            case BatchPrefix:
                Batches[Guid.ParseExact(rest, "N")] = Read<BatchEntry>(json).Expires;
                break;
            case RequestIds.Prefix:
                Requests.Load(key, json);
                break;
            case AsidePrefix:
                // It was set aside before, and something else has its key since.
                _aside[key] = json;
                break;
            default:
                throw new InvalidDataException("It is of a kind that this version of OrleansTasks does not know.");
        }
    }

    public IEnumerable<string> Keys =>
        (Header is null ? [] : new[] { HeaderKey })
        .Concat(Calendars.Revision == 0 ? [] : new[] { CalendarsKey })
        .Concat(Slots.Where(s => s.Value.Entry is not null).Select(s => TaskPrefix + s.Key))
        .Concat(Slots.Where(s => s.Value.Position != TaskPosition.None).Select(s => PositionPrefix + s.Key))
        .Concat(Runs.Keys.Select(RunKey))
        .Concat(_keys.Keys.Select(k => IdempotencyPrefix + k))
        .Concat(Batches.Keys.Select(BatchKey))
        .Concat(Requests.Keys)
        .Concat(_aside.Keys);

    public string? GetJson(string key)
    {
        if (_aside.Count > 0 && _aside.TryGetValue(key, out var unread))
        {
            return unread;
        }

        var rest = key[Math.Min(2, key.Length)..];
        return key[..Math.Min(2, key.Length)] switch
        {
            HeaderKey => Header is null ? null : Write(Header),
            CalendarsKey => Calendars.Revision == 0 ? null : Write(Calendars),
            TaskPrefix => Slots.TryGetValue(rest, out var slot) && slot.Entry is not null ? Write(slot.Entry) : null,
            RunPrefix => Runs.TryGetValue(Guid.ParseExact(rest, "N"), out var run) ? Write(run) : null,
            PositionPrefix => Slots.TryGetValue(rest, out var known) && known.Position != TaskPosition.None ? Write(known.Position) : null,
            IdempotencyPrefix => _keys.TryGetValue(rest, out var entry) ? Write(entry) : null,
            BatchPrefix => Batches.TryGetValue(Guid.ParseExact(rest, "N"), out var expires) ? Write(new BatchEntry(expires)) : null,
            RequestIds.Prefix => Requests.GetJson(key),
            _ => null,
        };
    }

    /// <summary>The changes since the last call, in order.</summary>
    public IReadOnlyList<LogChange> TakeChanges()
    {
        var changes = _changes;
        _changes = [];
        return changes;
    }

    private static string BatchKey(Guid id) => BatchPrefix + id.ToString("N");

    private static string RunKey(Guid id) => RunPrefix + id.ToString("N");

    private static string KeyOf(string task, string key) => $"{task}\n{key}";

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, TaskJson.Stored)!;

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, TaskJson.Stored);

    private void Note(string key, string? json)
    {
        if (_aside.Count > 0 && _aside.Remove(key, out var unread))
        {
            // Something new takes its key: what cannot be read is kept under another one.
            _aside[AsidePrefix + key] = unread;
            _changes.Add(new LogChange(AsidePrefix + key, unread));
        }

        _changes.Add(new LogChange(key, json));
    }

    private sealed record BatchEntry([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Expires = null);
}
