using Orleans.Streams;

namespace OrleansTasks.Streams.Queues;

/// <summary>
/// Reads a queue that has a bell: when the queue is empty, it waits for the bell instead of polling. So an item is delivered at once, and
/// an empty queue costs almost nothing. From a busy queue it reads a batch every fifteen milliseconds, instead of each item by itself.
/// </summary>
internal sealed class WaitingReceiver(IQueueAdapterReceiver queue, IQueueBellGrain bell, TimeProvider time) : IQueueAdapterReceiver
{
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(15);
    private long? _found;
    private long _rung;

    public Task Initialize(TimeSpan timeout) => queue.Initialize(timeout);

    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        if (_found is { } last && Gathering - time.GetElapsedTime(last) is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        var found = await ReadAsync(maxCount, cancellationToken);
        if (found is not { Count: > 0 } && await IsRungAsync(cancellationToken))
        {
            found = await ReadAsync(maxCount, cancellationToken);
        }

        // If there is more than fits in one read, the next read follows at once.
        _found = found is { Count: > 0 } && found.Count < maxCount ? time.GetTimestamp() : null;
        return found;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => MessagesDeliveredAsync(messages, CancellationToken.None);

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken) =>
        queue.MessagesDeliveredAsync(messages, cancellationToken);

    public Task Shutdown(TimeSpan timeout) => queue.Shutdown(timeout);

    /// <summary>Reads the queue, unless the silo is stopping. Orleans would log a cancelled read as an error.</summary>
    private async Task<IList<IBatchContainer>> ReadAsync(int maxCount, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return [];
        }

        var read = queue.GetQueueMessagesAsync(maxCount, CancellationToken.None);
        try
        {
            return await read.WaitAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            read.Ignore();
            return [];
        }
    }

    private async Task<bool> IsRungAsync(CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            _rung = await bell.WaitAsync(_rung, ct);
        }
        catch (Exception)
        {
            // The bell was lost with its silo. The reader of the queue calls again soon, and then there is a new one.
        }

        return !ct.IsCancellationRequested;
    }
}
