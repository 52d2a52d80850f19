namespace OrleansTasks.Grains;

/// <summary>
/// Publishes broadcasts on the stream from within the cluster. There is one on every silo; the grain's key has no meaning.
/// </summary>
/// <remarks>
/// A client that published by itself would have to divide its memory streams into as many queues as the silos do. A message in a queue that
/// no silo has is lost without an error.
/// </remarks>
[Alias("OrleansTasks.IBroadcastGrain")]
internal interface IBroadcastGrain : IGrainWithIntegerKey
{
    [Alias("Send")]
    Task SendAsync(BroadcastMessage message);
}
