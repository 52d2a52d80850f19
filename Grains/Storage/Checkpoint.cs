namespace OrleansTasks.Storage;

/// <summary>
/// One rewriting of all pages, in steps between which the journal may be folded. Until its last step the deltas that it
/// replaces still count; applied to pages that are newer they do no harm, as all that came later is applied after them.
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

        // For an empty page too: leaving it out of the manifest deletes what it had, and that must be in the journal first.
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

    /// <summary>Makes the pages count, and the deltas before them no longer.</summary>
    public Task FinishAsync(ManifestWriter manifest) => manifest.WriteAsync(next =>
    {
        (next.OldDeltas, next.OldSkipped) = (0, []);
        (next.Pages, next.PageStamps) = ([.. _pages], [.. _stamps]);
    });
}
