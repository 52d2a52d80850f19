using Orleans.Concurrency;

namespace OrleansTasks.Streams.Queues;

/// <summary>Says that a queue of a memory stream has something, to the silo that reads it. The key is the queue's name.</summary>
[Alias("OrleansTasks.IQueueBellGrain")]
internal interface IQueueBellGrain : IGrainWithStringKey
{
    /// <summary>Something was put into the queue.</summary>
    [OneWay, Alias("Ring")]
    Task RingAsync();

    /// <summary>Answers as soon as the bell was rung more often, or otherwise, than somebody knows; after a while in any case.</summary>
    /// <param name="known">What the last call returned.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>How often it was rung.</returns>
    [Alias("Wait")]
    Task<long> WaitAsync(long known, CancellationToken ct);
}
