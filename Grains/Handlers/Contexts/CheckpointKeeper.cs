using OrleansTasks.Records;

namespace OrleansTasks.Handlers.Contexts;

/// <summary>
/// Keeps what the handler of one attempt saves, and has it stored: one write at a time, and no more often than allowed. Changes that come
/// sooner are stored together. Can be called from any thread.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="attempt">The number of the attempt.</param>
/// <param name="earlier">What earlier attempts have saved; null if nothing.</param>
/// <param name="rules">How much may be saved, and how often.</param>
/// <param name="store">Stores a checkpoint.</param>
/// <param name="stop">The token of the attempt. From when it is cancelled, nothing is delayed.</param>
internal sealed class CheckpointKeeper(RunId run, int attempt, RunCheckpoint? earlier, CheckpointRules rules,
    Func<RunCheckpoint, Task> store, CancellationToken stop)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private RunCheckpoint _latest = earlier ?? new RunCheckpoint();

    // The next write, which contains all changes so far; null if there are none since the last one began.
    private TaskCompletionSource? _next;
    private bool _isWriting;
    private long? _writtenAt;

    /// <summary>Gets what was saved last, by this attempt or earlier ones.</summary>
    public RunCheckpoint Latest
    {
        get
        {
            lock (_lock)
            {
                return _latest;
            }
        }
    }

    /// <summary>Claims a name for a step or a list of this attempt.</summary>
    /// <param name="what">What has the name, in the words of the user.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The attempt has used the name before.</exception>
    public void Claim(string what, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (string.IsNullOrWhiteSpace(name) || name.Length > CheckpointRules.LongestName)
        {
            throw new ArgumentException(
                $"The name of a {what} has {name.Length} characters; 1 to {CheckpointRules.LongestName} are allowed, and not only spaces.",
                nameof(name));
        }

        lock (_lock)
        {
            if (!_names.Add($"{what} {name}"))
            {
                throw new InvalidOperationException(
                    $"The {what} '{name}' was used before in this attempt of '{run.Task}', and what is stored under one name would be "
                        + $"taken for both. Give each {what} a name of its own.");
            }
        }
    }

    /// <summary>Saves a change.</summary>
    /// <param name="change">Returns the changed checkpoint. It is called before the method returns.</param>
    /// <returns>A task that ends when the change is stored.</returns>
    /// <exception cref="PayloadTooLargeException">The checkpoint is too large. It stays as it was.</exception>
    public Task SaveAsync(Func<RunCheckpoint, RunCheckpoint> change)
    {
        lock (_lock)
        {
            var changed = change(_latest) with { Attempt = attempt, Number = _latest.Number + 1, SavedAt = rules.Clock.GetUtcNow() };
            if (changed.Size > rules.MaxSize)
            {
                throw new PayloadTooLargeException(
                    run.Task,
                    changed.Size,
                    rules.MaxSize,
                    $"The checkpoint of {run} would have {changed.Size} bytes, with the results of its steps; {rules.MaxSize} are allowed. "
                        + "Save less, for example a position instead of the data, or raise TasksOptions.Limits.MaxCheckpointSize.");
            }

            _latest = changed;
            _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAsync, CancellationToken.None);
            }

            return _next.Task;
        }
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            await UntilAllowedAsync().ConfigureAwait(false);
            TaskCompletionSource written;
            RunCheckpoint checkpoint;
            lock (_lock)
            {
                (written, checkpoint, _next) = (_next!, _latest, null);
            }

            try
            {
                await store(checkpoint).ConfigureAwait(false);
                written.SetResult();
            }
            catch (Exception e)
            {
                // Whoever waits for it is told. A save for which nobody waits is contained in the next one.
                written.SetException(e);
                _ = written.Task.Exception;
            }

            lock (_lock)
            {
                _writtenAt = rules.Pauses.GetTimestamp();
                if (_next is null)
                {
                    _isWriting = false;
                    return;
                }
            }
        }
    }

    private async Task UntilAllowedAsync()
    {
        if (_writtenAt is { } at && rules.MinInterval - rules.Pauses.GetElapsedTime(at) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, rules.Pauses, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
