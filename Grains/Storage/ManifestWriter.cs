namespace OrleansTasks;

/// <summary>The manifest as this owner last wrote it.</summary>
internal sealed class ManifestWriter(RecordStore store, ManifestRecord manifest, string? etag)
{
    public const string Kind = "manifest";
    public const string Slot = "manifest";
    private string? _etag = etag;

    public ManifestRecord Current { get; private set; } = manifest;

    /// <summary>Writes a changed manifest; <see cref="Current"/> is the one before until it is stored.</summary>
    public async Task WriteAsync(Action<ManifestRecord> change)
    {
        var next = Current.Next();
        change(next);
        _etag = await store.WriteAsync(Kind, Slot, next, _etag);
        Current = next;
    }

    /// <summary>The deltas so far become the old ones, which a checkpoint replaces.</summary>
    public void BeginGeneration()
    {
        var next = Current.Next();
        next.Generation++;
        next.OldDeltas = next.Deltas;
        next.Deltas = 0;
        Current = next;
    }
}
