using Orleans.Streams;

namespace OrleansTasks.Publishing;

/// <summary>Publishes batches of items on streams. It logs once that it cannot, and once that it can again.</summary>
/// <param name="time">The clock of messages.</param>
/// <param name="most">The maximum size of a batch, in bytes.</param>
/// <param name="failing">Logs that items cannot be sent, and why.</param>
/// <param name="recovered">Logs that they can again.</param>
internal sealed class StreamSender(TimeProvider time, int most, Action<string> failing, Action recovered)
{
    // A message to a silo that was just lost is not answered, and the items of all other tasks must not wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private bool _failing;

    /// <summary>Sends items in their order, in batches that are no larger than the stream allows.</summary>
    public async Task SendAsync<T>(IAsyncStream<T> stream, IReadOnlyList<T> items, Func<T, int> size, CancellationToken ct)
    {
        foreach (var batch in ByteBatches.Of(items, size, most))
        {
            await SendOneAsync(stream, batch, ct);
        }
    }

    private async Task SendOneAsync<T>(IAsyncStream<T> stream, IReadOnlyList<T> items, CancellationToken ct)
    {
        try
        {
            await stream.OnNextBatchAsync(items).WaitAsync(Patience, time, ct);
            if (_failing)
            {
                _failing = false;
                recovered();
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (!_failing)
            {
                _failing = true;
                failing(e.Message);
            }
        }
    }
}
