using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using Orleans.Streams;
using OrleansTasks.Grains;

namespace OrleansTasks.Streams.Queues;

/// <summary>Creates Orleans' memory streams with a bell for each queue; see <see cref="WaitingReceiver"/>.</summary>
internal sealed class BellQueueAdapterFactory(IQueueAdapterFactory memory, IGrainFactory grains, TimeProvider time, string provider)
    : IQueueAdapterFactory
{
    public static IQueueAdapterFactory Create(IServiceProvider services, string name) => new BellQueueAdapterFactory(
        MemoryAdapterFactory<DefaultMemoryMessageBodySerializer>.Create(services, name), services.GetRequiredService<IGrainFactory>(),
        EngineClocks.OfPauses(services), name);

    public Task<IQueueAdapter> CreateAdapter() => CreateAdapter(CancellationToken.None);

    public async Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) =>
        new Adapter(await memory.CreateAdapter(cancellationToken), memory.GetStreamQueueMapper(), BellOf, time);

    public IQueueAdapterCache GetQueueAdapterCache() => memory.GetQueueAdapterCache();

    public IStreamQueueMapper GetStreamQueueMapper() => memory.GetStreamQueueMapper();

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => memory.GetDeliveryFailureHandler(queueId);

    private IQueueBellGrain BellOf(QueueId queue) => grains.Refer<IQueueBellGrain>($"{provider}/{queue}");

    private sealed class Adapter(IQueueAdapter queues, IStreamQueueMapper mapper, Func<QueueId, IQueueBellGrain> bellOf, TimeProvider time)
        : IQueueAdapter
    {
        public string Name => queues.Name;

        public bool IsRewindable => queues.IsRewindable;

        public StreamProviderDirection Direction => queues.Direction;

        public async Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token,
            Dictionary<string, object>? requestContext)
        {
            await queues.QueueMessageBatchAsync(streamId, events, token, requestContext);
            await bellOf(mapper.GetQueueForStream(streamId)).RingAsync();
        }

        public IQueueAdapterReceiver CreateReceiver(QueueId queueId) =>
            new WaitingReceiver(queues.CreateReceiver(queueId), bellOf(queueId), time);
    }
}
