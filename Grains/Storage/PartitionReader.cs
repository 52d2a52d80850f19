using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <summary>
/// Takes a partition over. First the manifest is claimed: from then on the owner before can fold nothing, so that what the
/// manifest points to stays as it is. Then everything is read, and the journal sealed after its last segment: the owner
/// before cannot write there any more, and all that it was told is stored has been read.
/// </summary>
internal sealed class PartitionReader(RecordStore store, string partition, PartitionLogOptions options, TimeProvider time, ILogger log)
{
    private readonly Guid _owner = Guid.NewGuid();
    private readonly List<SegmentRecord> _unfinished = [];

    public async Task<PartitionContent> TakeOverAsync()
    {
        var content = await ClaimAsync();
        content.Next = content.Manifest.First;
        var segments = ReadSegmentsAsync(content);
        await Task.WhenAll(ReadItemsAsync(content), segments);
        var end = await ReplayAsync(content, await segments);
        await SealAsync(content, end);
        log.Opened(partition, content.Manifest.Epoch, content.Items.Count, content.Next - content.Manifest.First);
        return content;
    }

    private async Task<PartitionContent> ClaimAsync()
    {
        for (var attempt = 0; attempt < options.OpenAttempts; attempt++)
        {
            var found = await store.ReadAsync<ManifestRecord>(ManifestWriter.Kind, ManifestWriter.Slot);
            if (found.Record?.Silo is { } holder && holder != options.Silo && options.MayTakeFrom is { } mayTake && !await mayTake(holder))
            {
                throw new PartitionFencedException($"Partition '{partition}' is with {holder}, which is alive and has it.");
            }

            var claim = found.Record?.Next() ?? NewManifest();
            (claim.Owner, claim.Silo) = (_owner, options.Silo);
            claim.Epoch++;
            var before = found.Record?.Id;
            var stored = await store.TryWriteAsync(ManifestWriter.Kind, ManifestWriter.Slot, claim, found.ETag, (now, _) => now.Id != before);
            if (stored.Record!.Id == claim.Id)
            {
                return new PartitionContent(claim, new JournalSlots(claim.SlotCount)) { ETag = stored.ETag };
            }
        }

        throw Overtaken();
    }

    // The clock makes the numbers of a partition whose manifest was lost, with storage in memory, larger than those of what
    // is left of it: that is then neither replayed nor taken for the work of a later owner.
    private ManifestRecord NewManifest() => new()
    {
        Id = Guid.NewGuid(),
        Epoch = time.GetUtcNow().ToUnixTimeMilliseconds(),
        First = time.GetUtcNow().ToUnixTimeMilliseconds(),
        PageCount = options.PageCount,
        SlotCount = options.JournalSlots,
    };

    private async Task ReadItemsAsync(PartitionContent content)
    {
        var manifest = content.Manifest;
        var pages = manifest.Pages.Select(ItemsSlot.Page).ToList();
        for (var i = 0; i < pages.Count; i += options.ReadParallelism)
        {
            // Some pages at a time, so that their records need not all be held along with the items.
            var bytes = await ReadItemsAsync(content, ItemsSlot.PageKind, pages.Skip(i).Take(options.ReadParallelism).ToList());
            for (var j = 0; j < bytes.Count; j++)
            {
                content.PageBytes[manifest.Pages[i + j]] = bytes[j];
            }
        }

        var old = Enumerable.Range(0, manifest.OldDeltas).Select(i => ItemsSlot.Delta(manifest.Generation - 1, i));
        foreach (var some in old.Chunk(options.ReadParallelism))
        {
            await ReadItemsAsync(content, ItemsSlot.DeltaKind, some);
        }

        var deltas = Enumerable.Range(0, manifest.Deltas).Select(i => ItemsSlot.Delta(manifest.Generation, i));
        foreach (var some in deltas.Chunk(options.ReadParallelism))
        {
            content.DeltaBytes += (await ReadItemsAsync(content, ItemsSlot.DeltaKind, some)).Sum();
        }
    }

    private async Task<List<long>> ReadItemsAsync(PartitionContent content, string kind, IReadOnlyList<string> slots)
    {
        var found = await store.ReadManyAsync<ItemsRecord>(kind, slots);
        var bytes = new List<long>();
        for (var i = 0; i < slots.Count; i++)
        {
            content.ETags[slots[i]] = found[i].ETag;
            if (found[i].Record is { } record)
            {
                if (record.Epoch > content.Manifest.Epoch)
                {
                    throw Overtaken();
                }

                bytes.Add(content.Apply(record));
                continue;
            }

            if (!options.AcceptLostRecords)
            {
                throw new PartitionStorageException($"'{kind} {slots[i]}' of partition '{partition}' is missing from storage. Restore it from a backup.");
            }

            log.RecordLost(partition, slots[i]);
            bytes.Add(0);
        }

        return bytes;
    }

    /// <summary>Applies segments until there is none; the place where there was none.</summary>
    private async Task<Stored<SegmentRecord>> ReplayAsync(PartitionContent content, List<Stored<SegmentRecord>> segments)
    {
        for (; content.Next - content.Manifest.First < content.Slots.Count; segments = await ReadSegmentsAsync(content))
        {
            foreach (var found in segments)
            {
                if (!Continues(content, found.Record))
                {
                    return found;
                }

                Apply(content, found);
            }
        }

        throw new PartitionStorageException(
            $"The journal of partition '{partition}' is full: it was opened many times without being able to write. Nothing is lost; see that storage accepts writes.");
    }

    private Task<List<Stored<SegmentRecord>>> ReadSegmentsAsync(PartitionContent content) =>
        store.ReadManyAsync<SegmentRecord>(Journal.Kind, Enumerable.Range(0, options.ReadParallelism).Select(i => content.Next + i).Select(content.Slots.NameOf));

    private async Task SealAsync(PartitionContent content, Stored<SegmentRecord> end)
    {
        while (content.Next - content.Manifest.First < content.Slots.Count)
        {
            if (Continues(content, end.Record))
            {
                // The owner before us wrote in between: it may have told somebody, so it counts. Then the place after it is tried.
                Apply(content, end);
                end = await store.ReadAsync<SegmentRecord>(Journal.Kind, content.Slots.NameOf(content.Next));
                continue;
            }

            var seal = new SegmentRecord { Id = Guid.NewGuid(), Sequence = content.Next, Epoch = content.Manifest.Epoch, Kind = SegmentKind.Seal };
            var slot = content.Slots.NameOf(content.Next);
            end = await store.TryWriteAsync(Journal.Kind, slot, seal, end.ETag, static (found, ours) => found.Sequence >= ours.Sequence);
            if (end.Record!.Id == seal.Id)
            {
                Apply(content, end);
                return;
            }
        }

        throw Overtaken();
    }

    private bool Continues(PartitionContent content, SegmentRecord? found)
        => found is not null && found.Sequence >= content.Next && (found.Epoch > content.Manifest.Epoch ? throw Overtaken() : found.Sequence == content.Next);

    private void Apply(PartitionContent content, Stored<SegmentRecord> stored)
    {
        var segment = stored.Record!;
        _unfinished.Add(segment);
        if (segment.Kind == SegmentKind.Seal)
        {
            // A commit that its owner did not finish before it was stopped: nobody was told that it is stored.
            _unfinished.Clear();
        }

        var bytes = 0;
        for (var i = 0; i < segment.Keys.Length; i++)
        {
            bytes += new LogChange(segment.Keys[i], segment.Values[i]).Bytes;
        }

        content.Slots.Set(content.Next, stored.ETag, bytes);
        content.JournalBytes += bytes;
        content.Next++;
        if (!segment.More)
        {
            foreach (var part in _unfinished)
            {
                for (var i = 0; i < part.Keys.Length; i++)
                {
                    content.Apply(part.Keys[i], part.Values[i]);
                    content.Dirty.Add(part.Keys[i]);
                }
            }

            _unfinished.Clear();
        }
    }

    private PartitionFencedException Overtaken()
        => new($"Partition '{partition}' was taken by another owner while this one opened it. This owner must stop.");
}
