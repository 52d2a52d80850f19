using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Storage;

/// <summary>Represents an owner that works like the scheduler grain: it changes its items, and commits the changes.</summary>
internal sealed class TestOwner : IPartitionItems
{
    public static readonly PartitionLogOptions Small = new()
    {
        PageCount = 4,
        FoldAfterSegments = 16,
        JournalSlots = 64,
        FoldAfterBytes = 1200,
        WholeBytes = 0,
        CheckpointMinBytes = 2000,
        SegmentBytes = 200,
        RetryLimit = TimeSpan.FromSeconds(30),
    };

    private Dictionary<string, string> _items = [];

    public required PartitionLog Log { get; set; }

    public IReadOnlyDictionary<string, string> State => _items;

    IEnumerable<string> IPartitionItems.Keys => _items.Keys;

    public static async Task<TestOwner> OpenAsync(IGrainStorage storage, PartitionLogOptions? options = null, TimeProvider? time = null,
        ILogger? log = null)
    {
        var owner = new TestOwner { Log = null! };
        owner.Log = await PartitionLog.OpenAsync(storage, "p0", owner, options ?? Small, time ?? new EagerTime(),
            log ?? NullLogger.Instance);
        owner._items = owner.Log.TakeItems();
        return owner;
    }

    public static void Apply(Dictionary<string, string> items, IEnumerable<LogChange> changes)
    {
        foreach (var (key, json) in changes)
        {
            if (json is null)
            {
                items.Remove(key);
            }
            else
            {
                items[key] = json;
            }
        }
    }

    public string? GetJson(string key) => _items.GetValueOrDefault(key);

    public Task CommitAsync(params IReadOnlyList<LogChange> changes)
    {
        Log.EnsureRoom(changes.Count, changes.Sum(c => (long)c.Bytes));
        Apply(_items, changes);
        return Log.CommitAsync(changes);
    }

    public Task PutAsync(string key, string? json) => CommitAsync(new LogChange(key, json));
}
