namespace OrleansTasks.Grains;

/// <summary>Puts broadcasts on the stream from within the cluster. There is one on every silo; the grain's key means nothing.</summary>
/// <remarks>
/// A client that published by itself would have to divide its memory streams into as many queues as the silos do: what goes into a queue
/// that no silo has is lost without a word.
/// </remarks>
[Alias("OrleansTasks.IBroadcastGrain")]
internal interface IBroadcastGrain : IGrainWithIntegerKey
{
    [Alias("Send")]
    Task SendAsync(BroadcastMessage message);
}
