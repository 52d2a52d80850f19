using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>Looks after the runs of one batch; the grain's key is the batch's id. <see cref="ITaskClient"/> is the comfortable way.</summary>
[Alias("OrleansTasks.IBatchGrain")]
public interface IBatchGrain : IGrainWithGuidKey
{
    /// <summary>Stores the batch with all its runs, and gives them to their tasks. Asking again, with the same key, adds nothing.</summary>
    /// <param name="request">The runs.</param>
    /// <returns>The batch, when it is stored. Runs that could not be given to their tasks yet are so within about a minute.</returns>
    /// <exception cref="InvalidTaskException">The batch is not valid.</exception>
    /// <exception cref="TaskNotFoundException">There is no task of that name; nothing is stored.</exception>
    /// <exception cref="TaskCancelledException">A task was cancelled; nothing is stored.</exception>
    [Alias("Create")]
    Task<BatchInfo> CreateAsync(BatchRequest request);

    /// <summary>The batch as it stands.</summary>
    /// <returns>The batch; null if there is none, or it is no longer kept.</returns>
    [Alias("Describe"), ReadOnly]
    Task<BatchInfo?> DescribeAsync();

    /// <summary>Waits a while for all runs of the batch to have ended.</summary>
    /// <returns>The batch as it is then; ask again if it has not ended. Null if there is none.</returns>
    [Alias("Wait")]
    Task<BatchInfo?> WaitAsync();

    /// <summary>Cancels the batch: its runs that have not ended are cancelled, and those that were not given to their tasks yet never start. Asking again changes nothing.</summary>
    /// <returns>True if the batch is cancelled, by this call or an earlier one, which is stored then; false if all its runs had ended, or there is no such batch.</returns>
    [Alias("Cancel")]
    Task<bool> CancelAsync();
}
