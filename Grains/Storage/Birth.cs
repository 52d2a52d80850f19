namespace OrleansTasks.Storage;

/// <summary>
/// Creates the first manifest of a partition that has none. The partition may have existed and lost its manifest. A new start would then
/// overwrite the records that remain, so this class looks for them first.
/// </summary>
internal sealed class Birth(RecordStore store, string partition, PartitionLogOptions options, TimeProvider time)
{
    private const int TracesNamed = 5;

    /// <summary>Returns the first manifest, which is not claimed yet.</summary>
    /// <exception cref="PartitionStorageException">The partition existed before.</exception>
    public async Task<ManifestRecord> BeginAsync()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();

        // The manifest may have been lost, with storage in memory. Numbers from the clock are larger than those of the records
        // that remain, so the log neither replays these records nor takes them for the work of a later owner.
        var (epoch, first) = (now, now);
        if (!options.AcceptLostRecords)
        {
            var traces = await TracesAsync();
            if (options.Accepts(partition, ManifestWriter.Slot))
            {
                (epoch, first) = await AfterAllSegmentsAsync(now);
            }
            else if (traces.Count > 0 || (options.HasExisted is { } asked && await asked()))
            {
                throw Missing(traces);
            }
        }

        return new ManifestRecord
        {
            Id = Guid.NewGuid(),
            Epoch = epoch,

            // The first seal goes into slot 0, because the search for traces of a lost manifest looks there.
            First = options.AcceptLostRecords ? first : ((first / options.JournalSlots) + 1) * options.JournalSlots,
            PageCount = options.PageCount,
            SlotCount = options.JournalSlots,
        };
    }

    /// <summary>Returns the names of the existing records among those that every partition soon has.</summary>
    private async Task<List<string>> TracesAsync()
    {
        var slots = await store.ReadManyAsync<SegmentRecord>(Journal.Kind, [JournalSlots.Name(0), JournalSlots.Name(1)]);
        string[] deltas = [ItemsSlot.Delta(0, 0), ItemsSlot.Delta(1, 0)];
        var pages = Enumerable.Range(0, options.PageCount).Select(ItemsSlot.Page).ToList();
        var foundDeltas = await store.ReadManyAsync<ItemsRecord>(ItemsSlot.DeltaKind, deltas);
        var foundPages = await store.ReadManyAsync<ItemsRecord>(ItemsSlot.PageKind, pages);
        return
        [
            .. slots.Select((s, n) => (s.Record is not null, JournalSlots.Name(n))).Where(t => t.Item1).Select(t => $"segment {t.Item2}"),
            .. deltas.Where((_, n) => foundDeltas[n].Record is not null).Select(d => $"delta {d}"),
            .. pages.Where((_, n) => foundPages[n].Record is not null).Select(p => $"page {p}"),
        ];
    }

    /// <summary>
    /// Returns an epoch and a sequence number that are no lower than those left in the journal. These may be ahead of the clock.
    /// </summary>
    private async Task<(long Epoch, long First)> AfterAllSegmentsAsync(long now)
    {
        var found = await store.ReadManyAsync<SegmentRecord>(Journal.Kind,
            Enumerable.Range(0, options.JournalSlots).Select(JournalSlots.Name));
        var left = found.Where(s => s.Record is not null).Select(s => s.Record!).ToList();
        return (Math.Max(now, left.Select(s => s.Epoch).DefaultIfEmpty().Max()),
            Math.Max(now, left.Select(s => s.Sequence).DefaultIfEmpty().Max()));
    }

    private PartitionStorageException Missing(List<string> traces) => new(
        $"'{ManifestWriter.Kind} {ManifestWriter.Slot}' of partition '{partition}' is missing from storage, but the partition existed: "
        + (traces.Count > 0
            ? string.Join(", ", traces.Take(TracesNamed))
                + $"{(traces.Count > TracesNamed ? " and others are" : traces.Count > 1 ? " are" : " is")} still there. "
            : "the registry of partitions has it. ")
        + "Nothing is overwritten. Restore all records of the partition from one backup; "
        + $"or add '{partition}/{ManifestWriter.Slot}' to TasksOptions.AcceptedLosses, to start it again without its previous content.")
    { IsPermanent = true };
}
