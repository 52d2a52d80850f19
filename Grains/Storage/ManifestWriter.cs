namespace OrleansTasks.Storage;

/// <summary>Keeps and writes the manifest as this owner last wrote it.</summary>
internal sealed class ManifestWriter(RecordStore store, ManifestRecord manifest)
{
    public const string Kind = "manifest";
    public const string Slot = "manifest";
    private readonly SemaphoreSlim _gate = new(1);
    private readonly HashSet<Guid> _own = [manifest.Id];

    public ManifestRecord Current { get; private set; } = manifest;

    /// <summary>
    /// Gets whether storage has lost records that it had acknowledged. The records that <see cref="Current"/> names may then be missing, so
    /// the only manifest that may be stored is one of records that were all written since.
    /// </summary>
    public bool WentBack { get; private set; }

    /// <summary>Gets how often such a loss was found.</summary>
    public int Losses { get; private set; }

    /// <summary>Writes a changed manifest. <see cref="Current"/> remains the previous one until it is stored.</summary>
    /// <param name="change">The change.</param>
    /// <param name="since">
    /// The value of <see cref="Losses"/> at the time when the first record that the manifest names was written. Null: some records may be
    /// older.
    /// </param>
    public async Task WriteAsync(Action<ManifestRecord> change, int? since = null)
    {
        await _gate.WaitAsync();
        try
        {
            if (WentBack && since != Losses)
            {
                throw Lost();
            }

            var next = Current.Next();
            change(next);
            next.Version = next.Skipped.Length + next.OldSkipped.Length > 0 ? RecordVersion.SkipsNames : RecordVersion.Usual;

            // Reads first, because the ETag of the last write does not prove what is stored. If ETags are numbers and storage was restored
            // from an older copy, the write of another owner may have the same ETag.
            var before = await store.ReadAsync<ManifestRecord>(Kind, Slot);
            ThrowIfNotOwn(before.Record);

            // A write with an unknown outcome may be found later, and is this owner's own.
            _own.Add(next.Id);
            var stored = await store.TryWriteAsync(Kind, Slot, next, before.ETag,
                (found, ours) => found.Supersedes(ours) || !_own.Contains(found.Id));
            if (stored.Record!.Id != next.Id)
            {
                ThrowIfNotOwn(stored.Record);
            }

            Took(next);
            Current = next;
            WentBack = false;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Checks whether storage has the expected manifest.</summary>
    public async Task<bool> IsStoredAsync()
    {
        await _gate.WaitAsync();
        try
        {
            var found = await store.ReadAsync<ManifestRecord>(Kind, Slot);
            ThrowIfReplaced(found.Record);
            return found.Record is { } there && _own.Contains(there.Id);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Records that storage lost records, and how far the journal had come. It changes the manifest that is in storage now, because that
    /// one matches the other records there.
    /// </summary>
    public async Task MarkAsync(long reached)
    {
        await _gate.WaitAsync();
        try
        {
            var found = await store.ReadAsync<ManifestRecord>(Kind, Slot);
            ThrowIfReplaced(found.Record);
            var mark = (found.Record ?? Current).Next();
            (mark.Owner, mark.Epoch, mark.Silo) = (Current.Owner, Current.Epoch, Current.Silo);
            mark.Reached = Math.Max(mark.Reached, reached);
            _own.Add(mark.Id);
            var stored = await store.TryWriteAsync(Kind, Slot, mark, found.ETag, static (now, ours) => now.Supersedes(ours));
            ThrowIfReplaced(stored.Record);
            Took(mark);
            WentBack = true;
            Losses++;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes the current deltas the old ones, which a checkpoint replaces.</summary>
    public void BeginGeneration()
    {
        var next = Current.Next();
        next.Generation++;
        (next.OldDeltas, next.OldSkipped) = (next.Deltas, next.Skipped);
        (next.Deltas, next.Skipped) = (0, []);
        next.Id = Current.Id;
        Current = next;
    }

    private void Took(ManifestRecord written)
    {
        _own.Clear();
        _own.Add(written.Id);
    }

    private void ThrowIfNotOwn(ManifestRecord? found)
    {
        ThrowIfReplaced(found);
        if (found is null || !_own.Contains(found.Id))
        {
            WentBack = true;
            Losses++;
            throw Lost();
        }
    }

    private void ThrowIfReplaced(ManifestRecord? found)
    {
        if (found?.Supersedes(Current) == true)
        {
            throw new PartitionFencedException($"Partition '{store.Partition}' has another owner. This owner must stop.");
        }
    }

    private PartitionStorageException Lost() => new($"Storage of partition '{store.Partition}' lost what it had acknowledged; it must "
        + "be written again first. Repeat the call.");
}
