using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>See <see cref="IBroadcastGrain"/>.</summary>
[GrainType("orleans-tasks.broadcast"), StatelessWorker, Reentrant]
internal sealed class BroadcastGrain : Grain, IBroadcastGrain
{
    public Task SendAsync(BroadcastMessage message) =>
        this.GetStreamProvider(TaskStreams.Provider).GetStream<BroadcastMessage>(TaskStreams.Broadcasts).OnNextAsync(message);
}
