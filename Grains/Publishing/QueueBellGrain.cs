using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using OrleansTasks.Streams.Queues;

namespace OrleansTasks.Publishing;

/// <summary>See <see cref="IQueueBellGrain"/>.</summary>
[GrainType("orleans-tasks.bell"), Reentrant]
internal sealed class QueueBellGrain([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time) : Grain, IQueueBellGrain
{
    // A ring is not repeated when it is lost: then the queue is read when this is over.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private long _rung;
    private TaskCompletionSource _next = new();

    public Task RingAsync()
    {
        _rung++;
        var waiting = _next;
        _next = new TaskCompletionSource();
        waiting.SetResult();
        return Task.CompletedTask;
    }

    public async Task<long> WaitAsync(long known, CancellationToken ct)
    {
        if (known == _rung)
        {
            await _next.Task.WaitAsync(Patience, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return _rung;
    }
}
