namespace OrleansTasks.Archive;

/// <summary>
/// Merges small segments into larger ones, and rewrites those with few remaining rows. Runs that succeeded and others are kept apart, since
/// their retentions differ. A busy task pushes out its oldest runs all the time. Their segments are dropped when they are empty, and
/// rewritten only when what is wasted in storage is worth it.
/// </summary>
/// <param name="table">The rows.</param>
/// <param name="log">The log with their segments.</param>
internal sealed class ArchiveMerger(ArchiveTable table, ArchiveLog log)
{
    private const int MaxTails = 32;
    private const int MaxTailBytes = 1 << 20;
    private const int MaxUnlisted = 64;
    private const int MaxWastedRows = 8192;
    private const long MaxWastedBytes = 4 << 20;
    private const int MaxRows = 8192;
    private const int MaxBytes = 2 << 20;

    // The number of segments of about the same size that are merged, up to the maximum size.
    private const int Alike = 8;

    /// <summary>Gets whether there is so much to merge that it cannot wait.</summary>
    public bool IsDue
    {
        get
        {
            var (tails, bytes, unlisted, rows, wasted) = (0, 0L, 0, 0, 0L);
            foreach (var segment in log.Segments)
            {
                if (segment.IsSmall)
                {
                    (tails, bytes) = (tails + 1, bytes + segment.Bytes);
                    continue;
                }

                unlisted += segment.IsListed ? 0 : 1;
                if (IsSparse(segment))
                {
                    var gone = segment.Rows - table.OfSegment(segment.Number);
                    (rows, wasted) = (rows + gone, wasted + (segment.Bytes * gone / segment.Rows));
                }
            }

            return tails >= MaxTails || bytes >= MaxTailBytes || unlisted >= MaxUnlisted || rows >= MaxWastedRows
                || wasted >= MaxWastedBytes;
        }
    }

    /// <summary>Gets whether a segment has few remaining rows, or none.</summary>
    public bool HasSparse => log.Segments.Any(s => !s.IsSmall && IsSparse(s));

    /// <summary>Merges segments.</summary>
    /// <param name="rewritten">The segments to rewrite in any case, for example because some of their content must be removed.</param>
    public async Task MergeAsync(IReadOnlySet<int>? rewritten = null)
    {
        var sources = Sources(rewritten);
        var numbers = sources.Select(static s => s.Number).ToHashSet();
        var details = new Dictionary<int, byte[]?>();
        foreach (var source in sources.Where(s => table.OfSegment(s.Number) > 0))
        {
            details[source.Number] = await log.DetailsAsync(source);
        }

        // Rows that are added meanwhile are in other segments. Rows that are removed meanwhile are removed from the new ones too.
        var slots = new List<int>();
        for (var slot = 0; slot < table.Slots; slot++)
        {
            if (table[slot].State == RowState.Kept && numbers.Contains(table[slot].Segment))
            {
                if (details.GetValueOrDefault(table[slot].Segment) is null)
                {
                    table.Remove(slot);
                }
                else
                {
                    slots.Add(slot);
                }
            }
        }

        // Everything is copied before the first await: rows may be removed, and others may take their slots.
        var pages = slots.GroupBy(s => table[s].Kind).SelectMany(kind => Pages(kind.OrderBy(s => table[s].Ended), details)).ToList();
        var first = log.NextNumber;
        await log.ReplaceAsync(sources, pages);
        for (var n = 0; n < pages.Count; n++)
        {
            var offset = 0;
            foreach (var (slot, id, length) in pages[n].Rows)
            {
                if (table[slot].State == RowState.Kept && table[slot].Id == id && numbers.Contains(table[slot].Segment))
                {
                    table.Move(slot, first + n, offset);
                }

                offset += length;
            }
        }

        foreach (var source in sources)
        {
            log.Drop(source.Number);
        }

        await log.CollectAsync();
    }

    private bool IsSparse(ArchiveSegment segment) => 2 * table.OfSegment(segment.Number) < segment.Rows;

    private List<ArchiveSegment> Sources(IReadOnlySet<int>? rewritten)
    {
        var large = log.Segments.Where(static s => !s.IsSmall).ToList();
        var sources = log.Segments.Where(static s => s.IsSmall).ToList();
        sources.AddRange(large.Where(s => rewritten?.Contains(s.Number) == true || IsSparse(s)));
        foreach (var alike in large.Except(sources).Where(static s => !s.IsFull)
            .GroupBy(static s => int.Log2(Math.Max(1, s.Rows)) / 3).Where(static a => a.Count() >= Alike))
        {
            sources.AddRange(alike);
        }

        return sources;
    }

    private IEnumerable<ArchivePage> Pages(IEnumerable<int> slots, Dictionary<int, byte[]?> details)
    {
        var (rows, bytes) = (new List<int>(), 0);
        foreach (var slot in slots)
        {
            if (rows.Count >= MaxRows || (rows.Count > 0 && bytes + table[slot].Length > MaxBytes))
            {
                yield return Page();
                (rows, bytes) = ([], 0);
            }

            rows.Add(slot);
            bytes += table[slot].Length;
        }

        if (rows.Count > 0)
        {
            yield return Page();
        }

        ArchivePage Page()
        {
            var (copied, all) = (0, new byte[bytes]);
            foreach (var slot in rows)
            {
                var row = table[slot];
                details[row.Segment].AsSpan(row.Offset, row.Length).CopyTo(all.AsSpan(copied));
                copied += row.Length;
            }

            return new ArchivePage([.. rows.Select(s => (s, table[s].Id, table[s].Length))], SegmentForm.Write(table, rows), all);
        }
    }
}
