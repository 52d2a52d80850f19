using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Archive;

/// <summary>Accesses the stored records of a partition's archive.</summary>
/// <param name="storage">The storage.</param>
/// <param name="partition">The partition.</param>
/// <param name="health">Receives the health of storage.</param>
internal sealed class ArchiveStore(IGrainStorage storage, int partition, StorageHealth? health = null)
{
    private const string StateName = "runs";
    private const string What = "kept runs";
    private readonly GrainState<StoredArchive> _manifest = new(new StoredArchive());

    /// <summary>Gets the manifest as it was last read or written.</summary>
    public StoredArchive Manifest => _manifest.State!;

    /// <summary>Reads the manifest. A manifest that does not exist is empty.</summary>
    public async Task ReadManifestAsync()
    {
        await StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, IdOf("m"), _manifest), What);
        if (!_manifest.RecordExists)
        {
            _manifest.State = new StoredArchive();
        }
    }

    /// <summary>Returns whether the stored manifest is still the one that was last read or written.</summary>
    public async Task<bool> IsOwnerAsync()
    {
        var state = new GrainState<StoredArchive>(new StoredArchive());
        await StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, IdOf("m"), state), What);
        return state.RecordExists && state.State!.Epoch == Manifest.Epoch && state.ETag == _manifest.ETag;
    }

    /// <summary>Writes the manifest.</summary>
    /// <exception cref="InconsistentStateException">Another owner has written it.</exception>
    public async Task WriteManifestAsync(StoredArchive next)
    {
        var before = _manifest.State;
        _manifest.State = next;
        try
        {
            await WriteAsync(() => storage.WriteStateAsync(StateName, IdOf("m"), _manifest));
        }
        catch
        {
            _manifest.State = before;
            throw;
        }
    }

    /// <summary>Reads a record; null if it does not exist.</summary>
    public async Task<StoredSegment?> ReadAsync(string name)
    {
        var state = new GrainState<StoredSegment>(new StoredSegment());
        await StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, IdOf(name), state), What);
        return state.RecordExists ? state.State : null;
    }

    /// <summary>Writes a record whose name only this owner uses. Overwrites the record of an earlier try.</summary>
    public async Task WriteAsync(string name, StoredSegment segment)
    {
        try
        {
            await WriteAsync(() => storage.WriteStateAsync(StateName, IdOf(name), new GrainState<StoredSegment>(segment)));
        }
        catch (InconsistentStateException)
        {
            var found = new GrainState<StoredSegment>(new StoredSegment());
            await StorageErrors.AnswerAsync(() => storage.ReadStateAsync(StateName, IdOf(name), found), What);
            if (found.RecordExists && found.State!.Write == segment.Write)
            {
                return;
            }

            found.State = segment;
            await WriteAsync(() => storage.WriteStateAsync(StateName, IdOf(name), found));
        }
    }

    /// <summary>Removes a record.</summary>
    /// <returns>Whether the record existed.</returns>
    public async Task<bool> ClearAsync(string name)
    {
        var state = new GrainState<StoredSegment>(new StoredSegment());
        await storage.ReadStateAsync(StateName, IdOf(name), state);
        if (!state.RecordExists)
        {
            return false;
        }

        await storage.ClearStateAsync(StateName, IdOf(name), state);
        return true;
    }

    private Task WriteAsync(Func<Task> write) => health is null ? write() : health.WriteAsync(write, What);

    // Letters, because otherwise providers read the key as a number.
    private GrainId IdOf(string name) => GrainId.Create("ot-runs", $"p{partition}-{name}");
}
