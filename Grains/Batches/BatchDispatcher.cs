using OrleansTasks.Policies;
using OrleansTasks.Telemetry;
using static OrleansTasks.Batches.BatchLog;

namespace OrleansTasks.Batches;

/// <summary>
/// Gives runs to their tasks: the runs of the batch, and its continuation. A run has the same id each time, and a run that a task already
/// has is not stored again.
/// </summary>
/// <param name="silo">The services that all batches on the silo share.</param>
/// <param name="batch">The batch's id.</param>
internal sealed class BatchDispatcher(BatchServices silo, Guid batch)
{
    /// <summary>The maximum number of concurrent calls.</summary>
    public const int AtOnce = 64;

    /// <summary>How long to wait for a task.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Checks that all tasks exist, so that a known rejection happens before anything is stored.</summary>
    /// <exception cref="TaskNotFoundException">A task does not exist.</exception>
    /// <exception cref="TaskCancelledException">A task was cancelled.</exception>
    public async Task CheckTasksAsync(IReadOnlyList<BatchItem> items)
    {
        foreach (var chunk in items.Select(static i => i.Task).Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            var tasks = await Task.WhenAll(chunk.Select(t => silo.Runs.DescribeAsync(t).WaitAsync(Patience, silo.Pauses)));
            if (tasks.FirstOrDefault(static t => t.State == TaskState.Cancelled) is { } cancelled)
            {
                throw new TaskCancelledException(cancelled.Name);
            }
        }
    }

    /// <summary>Gives a run of the batch to its task.</summary>
    /// <param name="item">The run.</param>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="of">The batch.</param>
    /// <param name="isAgain">Whether it may have been tried before, by a call or an activation that was lost with a silo.</param>
    /// <returns>Null if the task has the run; the reason if the task will never accept it.</returns>
    public async Task<string?> GiveAsync(BatchItem item, int index, BatchState of, bool isAgain)
    {
        var request = new DispatchRequest
        {
            Id = Followers.IdOf(batch.ToString("N"), index),
            Repeated = true,
            Arguments = item.Arguments,
            Options = item.Options,
            Batch = new BatchMember(batch, index),
            Unchecked = isAgain
        };
        try
        {
            await DispatchAsync(item.Task, request, of);
            return null;
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            LogRefused(silo.Log, batch, index, item.Task, e.Message);
            return $"Items[{index}]: {e.Message}";
        }
    }

    /// <summary>Stores the continuation of the batch, if it has one.</summary>
    /// <param name="ended">The batch after its end.</param>
    /// <param name="isAgain">Whether it may have been tried before.</param>
    /// <returns>The run; null if there is none, or its task rejects it.</returns>
    public async Task<RunId?> FollowAsync(BatchState ended, bool isAgain)
    {
        if (!ended.IsFollowed)
        {
            return null;
        }

        var then = ended.Then!;
        try
        {
            return await DispatchAsync(then.Task, Followers.OfBatch(batch, then, ended.ToInfo(batch)) with { Unchecked = isAgain }, ended);
        }
        catch (Exception e) when (Failures.IsPermanent(e))
        {
            LogNotFollowed(silo.Log, batch, then.Task, e.Message);
            return null;
        }
    }

    private async Task<RunId> DispatchAsync(string task, DispatchRequest request, BatchState of)
    {
        using (TaskActor.As(of.RequestedBy))
        using (TraceCarrier.Send(of.Trace))
        {
            return await silo.Runs.DispatchAsync(task, request).WaitAsync(Patience, silo.Pauses);
        }
    }
}
