using OrleansTasks.Running;

namespace OrleansTasks.Storage;

/// <summary>Folds the journal and makes checkpoints in the background, one step at a time, while commits continue.</summary>
internal sealed class Compaction(Folding folding, ManifestWriter manifest, ItemsWriter writer, PageSizes sizes, PartitionLogOptions options,
    TimeProvider time)
{
    private TaskCompletionSource? _asked;
    private bool _foldAsked;
    private Checkpoint? _checkpoint;
    private bool _running;
    private bool _stopped;

    /// <summary>Gets or sets the current items. They are the items as read until the owner has taken them.</summary>
    public required IPartitionItems Items { get; set; }

    /// <summary>Called and awaited before all items are written again.</summary>
    public required Func<Task> OnRewriting { get; init; }

    /// <summary>Called when all items have been written again after storage lost records.</summary>
    public required Action OnRewritten { get; init; }

    /// <summary>Called with an error after which the log cannot continue.</summary>
    public required Action<Exception> OnFailed { get; init; }

    /// <summary>Gets the loop that runs, or that ran last.</summary>
    public Task Loop { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the work that is due.</summary>
    public void Poke()
    {
        if (!_running && !_stopped && IsDue)
        {
            _running = true;
            Loop = RunAsync();
        }
    }

    /// <summary>Requests that the journal and all deltas are folded into the pages.</summary>
    public Task CheckpointAsync()
    {
        _asked ??= Completions.New();
        _foldAsked = true;
        var asked = _asked.Task;
        Poke();
        return asked;
    }

    /// <summary>Stops after the current step.</summary>
    public void Stop(Exception reason)
    {
        _stopped = true;
        _asked?.TrySetException(reason);
        _asked = null;
    }

    private bool IsDue => manifest.WentBack || folding.IsDue || _foldAsked || _asked is not null || _checkpoint is not null
        || manifest.Current.OldDeltas > 0 || sizes.IsWorthRewriting(folding.DeltaBytes, manifest.Current.Deltas);

    private async Task RunAsync()
    {
        try
        {
            while (!_stopped && IsDue)
            {
                try
                {
                    await StepAsync();
                }
                catch (PartitionStorageException e) when (!_stopped && !e.IsPermanent)
                {
                    // The store has logged the outage. Waiting loses nothing, because the journal contains all changes.
                    _checkpoint = null;
                    if (!manifest.WentBack)
                    {
                        await Task.Delay(options.MaxRetryPause, time);
                    }
                }
            }
        }
        catch (Exception error)
        {
            OnFailed(error);
        }
        finally
        {
            _running = false;
        }
    }

    private async Task StepAsync()
    {
        if (manifest.WentBack)
        {
            _checkpoint = null;
            await OnRewriting();
            await folding.RewriteAsync(Items);
            OnRewritten();
            Complete();
        }
        else if (folding.IsDue || _foldAsked)
        {
            _foldAsked = false;
            if (await folding.FoldAsync(Items, mayReplace: _checkpoint is null))
            {
                Complete();
            }
        }
        else if (_checkpoint is null)
        {
            Begin();
        }
        else if (!_checkpoint.IsComplete)
        {
            await _checkpoint.StepAsync(Items, writer, sizes);
        }
        else
        {
            await _checkpoint.FinishAsync(manifest);
            _checkpoint = null;
            Complete();
        }
    }

    private void Complete()
    {
        _asked?.TrySetResult();
        _asked = null;
    }

    private void Begin()
    {
        if (manifest.Current.OldDeltas == 0)
        {
            // The change is written with the next manifest. Until then the same deltas are valid under their former name.
            manifest.BeginGeneration();
            folding.DeltaBytes = 0;
        }

        _checkpoint = new Checkpoint(Items, sizes.Count);
    }
}
