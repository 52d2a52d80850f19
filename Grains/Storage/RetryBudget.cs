namespace OrleansTasks.Storage;

/// <summary>The pauses between the tries of one record, and their end.</summary>
internal sealed class RetryBudget(PartitionLogOptions options, TimeProvider time)
{
    private long? _since;
    private TimeSpan _pause = options.RetryPause;

    /// <summary>Waits before the next try.</summary>
    /// <exception cref="PartitionStorageException">It has failed for too long.</exception>
    public async Task PauseAsync(string record, Exception error)
    {
        _since ??= time.GetTimestamp();
        if (time.GetElapsedTime(_since.Value) >= options.RetryLimit)
        {
            throw new PartitionStorageException(
                $"Record '{record}' could not be stored or read for {options.RetryLimit}; it is not known whether it is stored. Storage "
                    + $"said: {error.Message}", error);
        }

        await Task.Delay(_pause, time);
        _pause = _pause * 2 < options.MaxRetryPause ? _pause * 2 : options.MaxRetryPause;
    }
}
