namespace OrleansTasks.Storage;

/// <summary>Determines the pauses between the attempts to read or write one record, and when to give up.</summary>
internal sealed class RetryBudget(PartitionLogOptions options, TimeProvider time)
{
    private long? _since;
    private TimeSpan _pause = options.RetryPause;

    /// <summary>Waits before the next attempt.</summary>
    /// <exception cref="PartitionStorageException">Storage has failed for too long.</exception>
    public async Task PauseAsync(string record, Exception error)
    {
        _since ??= time.GetTimestamp();
        if (time.GetElapsedTime(_since.Value) >= options.RetryLimit)
        {
            throw new PartitionStorageException(
                $"Record '{record}' could not be stored or read for {options.RetryLimit}; it is not known whether it is stored. Check "
                    + "the storage. It "
                    + $"said: {error.Message}", error);
        }

        await Task.Delay(_pause, time);
        _pause = _pause * 2 < options.MaxRetryPause ? _pause * 2 : options.MaxRetryPause;
    }
}
