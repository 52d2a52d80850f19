using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using OrleansTasks.Streams.Queues;

namespace OrleansTasks.Publishing;

/// <summary>Implements <see cref="IQueueBellGrain"/>.</summary>
[GrainType("orleans-tasks.bell"), Reentrant]
internal sealed class QueueBellGrain([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time) : Grain, IQueueBellGrain
{
    // A lost ring is not repeated: the queue is then read when this time has passed. The wait grows while nothing arrives, so that an idle
    // silo is not kept busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(8);
    private TimeSpan _patience = Patience;
    private long _rung;
    private TaskCompletionSource _next = new();

    public Task RingAsync()
    {
        _rung++;
        _patience = Patience;
        var waiting = _next;
        _next = new TaskCompletionSource();
        waiting.SetResult();
        return Task.CompletedTask;
    }

    public async Task<long> WaitAsync(long known, CancellationToken ct)
    {
        if (known == _rung)
        {
            var patience = _patience;
            await _next.Task.WaitAsync(patience, time, ct)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (known == _rung && _patience == patience)
            {
                _patience = patience * 2 < LongestPatience ? patience * 2 : LongestPatience;
            }
        }

        return _rung;
    }
}
