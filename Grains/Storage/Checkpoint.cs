namespace OrleansTasks.Storage;

/// <summary>
/// Rewrites all pages, one page in each step. The journal may be folded between steps. The deltas that the checkpoint replaces are valid
/// until its last step. They do no harm to newer pages, because all later changes are applied after them.
/// </summary>
internal sealed class Checkpoint
{
    private readonly List<string>?[] _keys;
    private readonly List<int> _pages = [];
    private readonly List<long> _stamps = [];
    private int _next;

    public Checkpoint(IPartitionItems items, int pageCount)
    {
        _keys = new List<string>?[pageCount];
        foreach (var key in items.Keys)
        {
            (_keys[PageHash.PageOf(key, pageCount)] ??= []).Add(key);
        }
    }

    public bool IsComplete => _next == _keys.Length;

    /// <summary>Writes the next page.</summary>
    public async Task StepAsync(IPartitionItems items, ItemsWriter writer, PageSizes sizes)
    {
        var page = _next;
        var journaled = writer.Journaled;
        var kept = ItemsWriter.Capture(items, _keys[page] ?? []).Where(c => c.Json is not null);
        var batch = ItemBatch.Split(kept, int.MaxValue).FirstOrDefault();
        var slot = ItemsSlot.Page(page);

        // Applies to an empty page too: omitting it from the manifest deletes its content, so the deletions must be in the journal first.
        await journaled;
        if (batch is not null || writer.Exists(slot))
        {
            var stamp = await writer.WriteAsync(ItemsSlot.PageKind, slot, batch ?? new ItemBatch([], [], 0));
            if (batch is not null)
            {
                _pages.Add(page);
                _stamps.Add(stamp);
            }
        }

        sizes.Set(page, batch?.Bytes ?? 0);
        _keys[page] = null;
        _next++;
    }

    /// <summary>Writes a manifest that names the new pages and no longer names the older deltas.</summary>
    public Task FinishAsync(ManifestWriter manifest) => manifest.WriteAsync(next =>
    {
        (next.OldDeltas, next.OldSkipped) = (0, []);
        (next.Pages, next.PageStamps) = ([.. _pages], [.. _stamps]);
    });
}
