using Microsoft.Extensions.Logging;

namespace OrleansTasks.Storage;

/// <summary>
/// Checks whether storage still has what it acknowledged for a partition's log. It records a loss for the next owner, and reports it once.
/// </summary>
/// <param name="partition">The partition's name.</param>
/// <param name="manifest">The manifest, in which a loss is recorded.</param>
/// <param name="journal">The journal.</param>
/// <param name="items">The pages and deltas.</param>
/// <param name="options">The options, with the recipient of the report.</param>
/// <param name="log">Also receives the report.</param>
internal sealed class StorageAudit(string partition, ManifestWriter manifest, Journal journal, ItemsWriter items,
    PartitionLogOptions options, ILogger log)
{
    private bool _hasTold;

    /// <summary>Called when a loss is found and everything must be written again.</summary>
    public required Action OnLoss { get; init; }

    /// <summary>Checks the last records, or also the whole journal.</summary>
    public async Task LookAsync(bool all)
    {
        if (manifest.WentBack)
        {
            return;
        }

        var losses = manifest.Losses;
        var what = !await manifest.IsStoredAsync() ? "the manifest is an older one, or missing."
            : await journal.FindLostAsync(all) is { } lost
            ? $"segment {lost} of {journal.First} to {journal.Next - 1} of the journal is not what was written."
            : !await items.IsLastStoredAsync() ? "the last page or delta is not what was written."
            : null;
        if (what is not null && losses == manifest.Losses)
        {
            await manifest.MarkAsync(journal.Next);
            Tell(what);
            OnLoss();
        }
    }

    /// <summary>
    /// Records, before everything is written again, how far the journal has come. If this owner is lost, the next one then finds what was
    /// acknowledged since.
    /// </summary>
    public async Task NoteRewritingAsync()
    {
        journal.Forget();
        await manifest.MarkAsync(journal.Next);
        Tell("the manifest is an older one.");
    }

    /// <summary>Called when everything has been written again.</summary>
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
            options.Notify?.Invoke(
                new StorageNotice(TaskEventKind.StorageWentBack,
                    $"Partition {partition}: {what} Everything is written again from memory."));
        }
    }
}
