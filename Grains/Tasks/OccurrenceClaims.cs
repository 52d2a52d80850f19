using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Running;
using OrleansTasks.Watching;

namespace OrleansTasks.Tasks;

/// <summary>
/// Sends the claims of this silo's tasks to their partitions. When there are few, each is sent at once. Claims that arrive while calls are
/// in progress share the next call, so that the number of calls to a partition hardly depends on how many tasks fire.
/// </summary>
internal sealed class OccurrenceClaims : IOccurrenceClaims
{
    private readonly Lane[] _lanes;

    public OccurrenceClaims(IGrainFactory grains, Background background, IOptions<TasksOptions> options,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses, SiloMetrics metrics)
    {
        _lanes =
            [.. Enumerable.Range(0, options.Value.Partitions)
                .Select(p => new Lane(grains.Refer<IPartition>(p), background, pauses, metrics))];
    }

    public async Task<DateTimeOffset?> ClaimAsync(OccurrenceClaim claim)
    {
        var reply = await _lanes[PartitionMap.PartitionOf(claim.Task, _lanes.Length)].ClaimAsync(claim);
        return reply.IsStale ? throw new StaleTaskException(claim.Task) : reply.Others;
    }

    /// <summary>Sends the claims to one partition.</summary>
    private sealed class Lane(IPartition partition, Background background, TimeProvider pauses, SiloMetrics metrics)
    {
        // The partition processes the claims of one call while it stores those of the other.
        private const int MostCalls = 2;
        private const int MostAtOnce = 1_000;
        private readonly Queue<(OccurrenceClaim Claim, TaskCompletionSource<ClaimReply> Reply)> _waiting = new();
        private int _calls;

        public Task<ClaimReply> ClaimAsync(OccurrenceClaim claim)
        {
            var reply = Completions.New<ClaimReply>();
            lock (_waiting)
            {
                _waiting.Enqueue((claim, reply));
                if (_calls == MostCalls)
                {
                    return reply.Task;
                }

                _calls++;
            }

            // Not on the turns of the task that happens to be first: the others must not depend on it.
            background.RunAsync(SendAllAsync).Ignore();
            return reply.Task;
        }

        private async Task SendAllAsync()
        {
            while (Take() is { Length: > 0 } batch)
            {
                await SendAsync(batch);
            }
        }

        private (OccurrenceClaim Claim, TaskCompletionSource<ClaimReply> Reply)[] Take()
        {
            lock (_waiting)
            {
                var batch = new (OccurrenceClaim, TaskCompletionSource<ClaimReply>)[Math.Min(_waiting.Count, MostAtOnce)];
                for (var n = 0; n < batch.Length; n++)
                {
                    batch[n] = _waiting.Dequeue();
                }

                _calls -= batch.Length == 0 ? 1 : 0;
                return batch;
            }
        }

        private async Task SendAsync((OccurrenceClaim Claim, TaskCompletionSource<ClaimReply> Reply)[] batch)
        {
            try
            {
                var replies = await partition.ClaimAsync(Array.ConvertAll(batch, static b => b.Claim))
                    .WaitAsync(PartitionLink.Patience, pauses);
                for (var n = 0; n < batch.Length; n++)
                {
                    batch[n].Reply.SetResult(replies[n]);
                }

                var refused = replies.Count(static r => r.IsStale || r.Others is not null);
                metrics.NoteClaims(batch.Length - refused, "granted");
                metrics.NoteClaims(refused, "refused");
            }
            catch (Exception e)
            {
                metrics.NoteClaims(batch.Length, "failed");
                foreach (var (_, reply) in batch)
                {
                    reply.TrySetException(e);
                }
            }
        }
    }
}
