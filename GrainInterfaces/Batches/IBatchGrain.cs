using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>Manages the runs of one batch. The grain's key is the batch's id. <see cref="ITaskClient"/> is easier to use.</summary>
[Alias("OrleansTasks.IBatchGrain")]
public interface IBatchGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Stores the batch with all its runs and passes the runs to their tasks. A second call with the same key adds nothing.
    /// </summary>
    /// <param name="request">The batch.</param>
    /// <returns>The stored batch. Runs that could not be passed to their tasks yet follow within about a minute.</returns>
    /// <exception cref="InvalidTaskException">The batch is not valid.</exception>
    /// <exception cref="TaskNotFoundException">A task does not exist. Nothing is stored.</exception>
    /// <exception cref="TaskCancelledException">A task is cancelled. Nothing is stored.</exception>
    [Alias("Create")]
    Task<BatchInfo> CreateAsync(BatchRequest request);

    /// <summary>Returns the current state of the batch.</summary>
    /// <returns>The batch, or null if there is none or it is no longer kept.</returns>
    [Alias("Describe"), ReadOnly]
    Task<BatchInfo?> DescribeAsync();

    /// <summary>Waits for all runs of the batch to end, for a limited time.</summary>
    /// <returns>The batch at the end of the wait; call again if it has not ended. Null if there is no such batch.</returns>
    [Alias("Wait")]
    Task<BatchInfo?> WaitAsync();

    /// <summary>
    /// Cancels the batch. Active runs are cancelled, and runs that were not passed to their tasks yet never start. A second call changes
    /// nothing.
    /// </summary>
    /// <returns>True if this call or an earlier one cancelled the batch, which is then stored. False if all runs had ended or there is no
    /// such batch.</returns>
    [Alias("Cancel")]
    Task<bool> CancelAsync();
}
