using Orleans.Concurrency;

namespace OrleansTasks.Streams.Queues;

/// <summary>Tells the silo that reads a queue of a memory stream that the queue has items. The key is the queue's name.</summary>
[Alias("OrleansTasks.IQueueBellGrain")]
internal interface IQueueBellGrain : IGrainWithStringKey
{
    /// <summary>Records that an item was added to the queue.</summary>
    [OneWay, Alias("Ring")]
    Task RingAsync();

    /// <summary>Waits until the number of rings differs from the known one, but no longer than a limited time.</summary>
    /// <param name="known">The result of the last call.</param>
    /// <param name="ct">A token that ends the wait.</param>
    /// <returns>The number of rings.</returns>
    [Alias("Wait")]
    Task<long> WaitAsync(long known, CancellationToken ct);
}
