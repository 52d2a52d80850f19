using Microsoft.Extensions.Logging;

namespace OrleansTasks.Storage;

/// <summary>
/// Takes a partition over. First it claims the manifest: from then on the previous owner cannot fold anything, so the records that the
/// manifest names do not change. Then it reads everything, and seals the journal after its last segment: the previous owner cannot write
/// there any more, and everything that was acknowledged to it has been read.
/// </summary>
internal sealed class PartitionReader(RecordStore store, string partition, PartitionLogOptions options, TimeProvider time, ILogger log)
{
    private readonly Guid _owner = Guid.NewGuid();
    private readonly SemaphoreSlim _raising = new(1);

    public async Task<PartitionContent> TakeOverAsync()
    {
        var content = await ClaimAsync();
        content.Next = content.Manifest.First;
        var journal = new JournalReader(store, content, options, epoch => RaiseAsync(content, epoch));
        var ahead = content.IsNew ? Task.CompletedTask : journal.ReadAheadAsync();
        await Task.WhenAll(ReadItemsAsync(content), ahead);
        await journal.ReplayAsync();
        log.Opened(partition, content.Manifest.Epoch, content.Items.Count, content.Next - content.Manifest.First);
        foreach (var loss in content.Losses)
        {
            log.StorageLost(partition, loss);
            options.Notify?.Invoke(new StorageNotice(TaskEventKind.StorageLost, $"Partition {partition}: {loss}"));
        }

        return content;
    }

    private async Task<PartitionContent> ClaimAsync()
    {
        for (var attempt = 0; attempt < options.OpenAttempts; attempt++)
        {
            var found = await store.ReadAsync<ManifestRecord>(ManifestWriter.Kind, ManifestWriter.Slot);
            if (found.Record?.Silo is { } holder && holder != options.Silo && options.MayTakeFrom is { } mayTake && !await mayTake(holder))
            {
                throw new PartitionFencedException($"Partition '{partition}' is owned by {holder}, which is alive.");
            }

            if ((found.Record?.Next() ?? await BeginAsync()) is not { } claim)
            {
                continue;
            }

            (claim.Owner, claim.Silo) = (_owner, options.Silo);
            claim.Epoch++;
            var before = found.Record?.Id;
            var stored = await store.TryWriteAsync(ManifestWriter.Kind, ManifestWriter.Slot, claim, found.ETag,
                (now, _) => now.Id != before);
            if (stored.Record!.Id == claim.Id)
            {
                var content = new PartitionContent(claim, new JournalSlots(claim.SlotCount))
                {
                    ETag = stored.ETag,
                    IsNew = found.Record is null
                };
                if (content.IsNew && options.Accepts(partition, ManifestWriter.Slot) && !options.AcceptLostRecords)
                {
                    content.Losses.Add("its manifest is missing, which was accepted; it starts again without its previous content.");
                }

                return content;
            }
        }

        throw Overtaken();
    }

    /// <summary>Creates the first manifest of a new partition. Returns null if there is one by now.</summary>
    private async Task<ManifestRecord?> BeginAsync()
    {
        try
        {
            return await new Birth(store, partition, options, time).BeginAsync();
        }
        catch (PartitionStorageException e) when (e.IsPermanent)
        {
            // Another owner may have created the partition meanwhile, and the records that were found may be those of that owner.
            if ((await store.ReadAsync<ManifestRecord>(ManifestWriter.Kind, ManifestWriter.Slot)).Record is not null)
            {
                return null;
            }

            throw;
        }
    }

    /// <summary>
    /// Handles a record with an epoch that is not below this owner's epoch. Either a later owner has the manifest. Or storage has lost a
    /// claim, and the record is that of an earlier owner: then this owner takes a higher epoch.
    /// </summary>
    private async Task RaiseAsync(PartitionContent content, long epoch)
    {
        await _raising.WaitAsync();
        try
        {
            if (epoch < content.Manifest.Epoch)
            {
                return;
            }

            var before = content.Manifest.Id;
            var claim = content.Manifest.Next();
            claim.Epoch = epoch + 1;
            var stored = await store.TryWriteAsync(ManifestWriter.Kind, ManifestWriter.Slot, claim, content.ETag,
                (now, _) => now.Id != before);
            if (stored.Record!.Id != claim.Id)
            {
                throw Overtaken();
            }

            (content.Manifest, content.ETag) = (claim, stored.ETag);
        }
        finally
        {
            _raising.Release();
        }
    }

    private async Task ReadItemsAsync(PartitionContent content)
    {
        var manifest = content.Manifest;
        for (var i = 0; i < manifest.Pages.Length; i += options.ReadParallelism)
        {
            // Reads some pages at a time, so that their records need not all be in memory together with the items.
            var pages = manifest.Pages.Skip(i).Take(options.ReadParallelism).ToList();
            var stamps = manifest.PageStamps.Skip(i).ToList();
            var bytes = await ReadItemsAsync(content, ItemsSlot.PageKind, pages.ConvertAll(ItemsSlot.Page),
                (n, record) => n >= stamps.Count || record.Stamp >= stamps[n]);
            for (var j = 0; j < bytes.Count; j++)
            {
                content.PageBytes[pages[j]] = bytes[j];
            }
        }

        await ReadDeltasAsync(content, manifest.Generation - 1, manifest.OldDeltas, manifest.OldSkipped);
        content.DeltaBytes = await ReadDeltasAsync(content, manifest.Generation, manifest.Deltas, manifest.Skipped);
    }

    private async Task<long> ReadDeltasAsync(PartitionContent content, long generation, int count, int[] skipped)
    {
        var bytes = 0L;
        foreach (var some in Enumerable.Range(0, count).Except(skipped).Select(i => ItemsSlot.Delta(generation, i))
            .Chunk(options.ReadParallelism))
        {
            bytes += (await ReadItemsAsync(content, ItemsSlot.DeltaKind, some, (_, record) => record.IsOf(generation))).Sum();
        }

        return bytes;
    }

    /// <summary>Reads and applies records, and returns the approximate number of bytes in each.</summary>
    private async Task<List<long>> ReadItemsAsync(PartitionContent content, string kind, IReadOnlyList<string> slots,
        Func<int, ItemsRecord, bool> isCurrent)
    {
        var found = await store.ReadManyAsync<ItemsRecord>(kind, slots);
        var bytes = new List<long>();
        for (var i = 0; i < slots.Count; i++)
        {
            content.ETags[slots[i]] = found[i].ETag;
            if (found[i].Record is { } record
                && (record.Epoch > content.Manifest.Epoch || (record.Epoch == content.Manifest.Epoch && record.Owner != _owner)))
            {
                await RaiseAsync(content, record.Epoch);
            }

            if (found[i].Record is { } there && isCurrent(i, there))
            {
                bytes.Add(content.Apply(there));
                continue;
            }

            if (!options.Accepts(partition, slots[i]))
            {
                throw Missing(kind, slots[i], found[i].Record is not null);
            }

            log.RecordLost(partition, slots[i]);
            content.Losses.Add($"'{kind} {slots[i]}' is {(found[i].Record is null ? "missing" : "older than the manifest")}, which was "
                + "accepted; its content is lost.");

            // An older page is better than none, but an older delta contains values from before the pages.
            bytes.Add(kind == ItemsSlot.PageKind && found[i].Record is { } older ? content.Apply(older) : 0);
        }

        return bytes;
    }

    private PartitionStorageException Missing(string kind, string slot, bool isOld) => new(
        $"'{kind} {slot}' of partition '{partition}' is {(isOld ? "older than the manifest that names it" : "missing from storage")}. "
            + "Restore all records of the partition from one backup; "
        + $"or add '{partition}/{slot}' to TasksOptions.AcceptedLosses, to continue without its content.")
    { IsPermanent = true };

    private PartitionFencedException Overtaken()
        => new($"Partition '{partition}' was taken by another owner while this one opened it. This owner must stop.");
}
