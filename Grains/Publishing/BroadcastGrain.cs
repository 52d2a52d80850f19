using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansTasks.Grains;

namespace OrleansTasks.Publishing;

/// <summary>Implements <see cref="IBroadcastGrain"/>.</summary>
[GrainType("orleans-tasks.broadcast"), StatelessWorker, Reentrant]
internal sealed class BroadcastGrain(IOptions<TasksOptions> options) : Grain, IBroadcastGrain
{
    public Task SendAsync(BroadcastMessage message)
    {
        // No history repairs a broadcast. One that the stream cannot carry is rejected here, and affects no other.
        var most = options.Value.Limits.MaxStreamMessageSize;
        return StreamSizes.Of(message) > most
            ? throw new PayloadTooLargeException(message.Task, "The broadcast", message.Json.Length, most)
            : this.GetStreamProvider(TaskStreams.Provider).GetStream<BroadcastMessage>(TaskStreams.Broadcasts).OnNextAsync(message);
    }
}
