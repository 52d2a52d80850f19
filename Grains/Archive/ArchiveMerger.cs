namespace OrleansTasks.Archive;

/// <summary>
/// Merges small segments into large ones, and large ones that have few rows left. Runs that succeeded and others are kept apart, since
/// their retentions differ.
/// </summary>
/// <param name="table">The rows.</param>
/// <param name="log">The log with their segments.</param>
internal sealed class ArchiveMerger(ArchiveTable table, ArchiveLog log)
{
    private const int MaxTails = 32;
    private const int MaxTailBytes = 1 << 20;
    private const int MaxRows = 8192;
    private const int MaxBytes = 2 << 20;

    // The number of large segments of about the same size that are merged, up to the maximum size.
    private const int Alike = 8;

    /// <summary>Gets whether there is something to merge.</summary>
    public bool IsDue
    {
        get
        {
            var (tails, bytes) = (0, 0);
            foreach (var segment in log.Segments)
            {
                if (!segment.IsLarge)
                {
                    (tails, bytes) = (tails + 1, bytes + segment.Details!.Length);
                }
                else if (2 * table.OfSegment(segment.Number) < segment.Rows)
                {
                    return true;
                }
            }

            return tails >= MaxTails || bytes >= MaxTailBytes;
        }
    }

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

    private List<ArchiveSegment> Sources(IReadOnlySet<int>? rewritten)
    {
        var large = log.Segments.Where(static s => s.IsLarge).ToList();
        var sources = log.Segments.Where(static s => !s.IsLarge).ToList();
        sources.AddRange(large.Where(s => rewritten?.Contains(s.Number) == true || 2 * table.OfSegment(s.Number) < s.Rows));
        foreach (var alike in large.Except(sources).Where(static s => s.Rows < MaxRows / 2)
            .GroupBy(static s => int.Log2(Math.Max(1, s.Rows)) / 3).Where(static a => a.Count() >= Alike))
        {
            sources.AddRange(alike);
        }

        return sources;
    }

    private IEnumerable<ArchivePage> Pages(IEnumerable<int> slots, Dictionary<int, byte[]?> details)
    {
        var (rows, rest) = (new List<int>(), new MemoryStream());
        foreach (var slot in slots)
        {
            if (rows.Count >= MaxRows || (rows.Count > 0 && rest.Length + table[slot].Length > MaxBytes))
            {
                yield return Page();
                (rows, rest) = ([], new MemoryStream());
            }

            rows.Add(slot);
            rest.Write(details[table[slot].Segment]!, table[slot].Offset, table[slot].Length);
        }

        if (rows.Count > 0)
        {
            yield return Page();
        }

        ArchivePage Page() => new([.. rows.Select(s => (s, table[s].Id, table[s].Length))], SegmentForm.Write(table, rows), rest.ToArray());
    }
}
