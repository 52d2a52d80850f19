using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Client.Feeds;

/// <summary>Keeps one subscription per stream and process, however many local readers there are.</summary>
internal sealed class StreamFeeds(IServiceProvider services, ClusterLink link, TaskClientOptions options, TimeProvider time, ILogger log)
{
    private readonly ConcurrentDictionary<StreamId, object> _feeds = new();
    private IStreamProvider? _provider;

    public IStreamProvider Provider => _provider ??= services.GetRequiredKeyedService<IStreamProvider>(TaskStreams.Provider);

    public Task<FeedReader<T>> OpenAsync<T>(StreamId id, CancellationToken ct)
        where T : class
    {
        link.ThrowIfNotUp();

        // Runs outside the caller's context: a subscription that is made on a grain's scheduler would belong to that grain.
        return Task.Run(OpenNowAsync, ct);

        async Task<FeedReader<T>> OpenNowAsync()
        {
            while (true)
            {
                var feed = (StreamFeed<T>)_feeds.GetOrAdd(id,
                    i => new StreamFeed<T>(() => Provider.GetStream<T>(i), f => _feeds.TryRemove(KeyValuePair.Create(i, (object)f)), link,
                        options, time, log));
                if (await feed.OpenAsync(ct).ConfigureAwait(false) is { } reader)
                {
                    return reader;
                }
            }
        }
    }

    /// <summary>Gets the number of streams that are read.</summary>
    public int Count => _feeds.Count;
}
