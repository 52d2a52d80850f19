using Microsoft.Extensions.Logging;

namespace OrleansTasks.Storage;

/// <summary>Finds out whether storage still has what it acknowledged for a partition's log, notes where not for the next owner, and tells it once.</summary>
/// <param name="partition">The partition's name.</param>
/// <param name="manifest">The manifest, in which it is noted.</param>
/// <param name="journal">The journal.</param>
/// <param name="items">The pages and deltas.</param>
/// <param name="options">Whom to tell.</param>
/// <param name="log">Told too.</param>
internal sealed class StorageAudit(string partition, ManifestWriter manifest, Journal journal, ItemsWriter items, PartitionLogOptions options, ILogger log)
{
    private bool _hasTold;

    /// <summary>Told when something is found that is no more: all is to be written again.</summary>
    public required Action OnLoss { get; init; }

    /// <summary>Looks at the last records, or at the whole journal besides.</summary>
    public async Task LookAsync(bool all)
    {
        if (manifest.WentBack)
        {
            return;
        }

        var losses = manifest.Losses;
        var what = !await manifest.IsStoredAsync() ? "the manifest is an older one, or missing."
            : await journal.FindLostAsync(all) is { } lost ? $"segment {lost} of {journal.First} to {journal.Next - 1} of the journal is not what was written."
            : !await items.IsLastStoredAsync() ? "the last page or delta is not what was written."
            : null;
        if (what is not null && losses == manifest.Losses)
        {
            await manifest.MarkAsync(journal.Next);
            Tell(what);
            OnLoss();
        }
    }

    /// <summary>Before all is written again: notes how far the journal has come, so that what was acknowledged since is found if this owner is lost.</summary>
    public async Task NoteRewritingAsync()
    {
        journal.Forget();
        await manifest.MarkAsync(journal.Next);
        Tell("the manifest is an older one.");
    }

    /// <summary>All is written again.</summary>
    public void NoteRewritten()
    {
        _hasTold = false;
        log.Rewritten(partition);
    }

    private void Tell(string what)
    {
        if (!_hasTold)
        {
            _hasTold = true;
            log.StorageWentBack(partition, what);
            options.Notify?.Invoke(new StorageNotice(TaskEventKind.StorageWentBack, $"Partition {partition}: {what} Everything is written again from memory."));
        }
    }
}
