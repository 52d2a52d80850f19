using Orleans.Streams;

namespace OrleansTasks.Streams.Queues;

/// <summary>
/// Reads a queue that has a bell: when the queue is empty it waits for the bell instead of being asked again and again. So an item is on its
/// way at once, and a queue that has nothing costs next to nothing. Of a queue that is busy it reads what has come every fifteen milliseconds, and not each item by itself.
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
            await Task.Delay(rest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (cancellationToken.IsCancellationRequested)
            {
                // The silo stops, and Orleans would say that a queue cannot be read.
                return [];
            }
        }

        var found = await queue.GetQueueMessagesAsync(maxCount, cancellationToken);
        if (found is not { Count: > 0 } && await IsRungAsync(cancellationToken))
        {
            found = await queue.GetQueueMessagesAsync(maxCount, cancellationToken);
        }

        // What does not fit into one read is read at once.
        _found = found is { Count: > 0 } && found.Count < maxCount ? time.GetTimestamp() : null;
        return found;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => MessagesDeliveredAsync(messages, CancellationToken.None);

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken) => queue.MessagesDeliveredAsync(messages, cancellationToken);

    public Task Shutdown(TimeSpan timeout) => queue.Shutdown(timeout);

    private async Task<bool> IsRungAsync(CancellationToken ct)
    {
        try
        {
            _rung = await bell.WaitAsync(_rung, ct);
        }
        catch (Exception)
        {
            // The bell was lost with its silo; whoever reads the queue asks again soon, and then there is another.
        }

        return !ct.IsCancellationRequested;
    }
}
