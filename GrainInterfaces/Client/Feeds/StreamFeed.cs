using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Orleans.Streams;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;

namespace OrleansTasks.Client.Feeds;

/// <summary>
/// Subscribes to a stream while there are readers, and gives every item to each of them without waiting for any. It subscribes again when
/// the cluster has lost the subscription.
/// </summary>
internal sealed partial class StreamFeed<T>(Func<IAsyncStream<T>> getStream, Action<StreamFeed<T>> forget, ClusterLink link,
    TaskClientOptions options, TimeProvider time, ILogger log) : IAsyncBatchObserver<T>
    where T : class
{
    private const int RememberedBroadcasts = 4_096;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly RecentIds _heard = new(RememberedBroadcasts);
    private ImmutableArray<FeedReader<T>> _readers = [];
    private StreamSubscriptionHandle<T>? _subscription;
    private ITimer? _check;
    private bool _isOver;

    /// <summary>Opens a reader.</summary>
    /// <returns>The reader. Null if the last one has left meanwhile, so that the caller must ask another feed.</returns>
    public async Task<FeedReader<T>?> OpenAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_isOver)
            {
                return null;
            }

            // Not cancelled halfway: the cluster would keep a subscription that this process does not know, and deliver everything twice.
            _subscription ??= await SubscribeAsync(getStream()).ConfigureAwait(false);
            _check ??= time.CreateTimer(_ => _ = CheckAsync(), null, options.SubscriptionCheckPeriod, options.SubscriptionCheckPeriod);
            var reader = new FeedReader<T>(this,
                new FeedBuffer<T>(options.SubscriberBuffer, options.SubscriberBufferSize, AnswerPage.SizeOfItem));
            _readers = _readers.Add(reader);
            return reader;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask CloseAsync(FeedReader<T> reader)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _readers = _readers.Remove(reader);
            if (_readers.IsEmpty && _subscription is { } subscription)
            {
                // Nobody may ever ask for this stream again.
                _isOver = true;
                forget(this);
                _subscription = null;
                _check?.Dispose();
                _check = null;
                await Task.Run(() => UnsubscribeAsync(subscription)).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task OnNextAsync(IList<SequentialItem<T>> items)
    {
        var readers = _readers;
        foreach (var item in items)
        {
            // A client whose call was not answered sends a broadcast again, under the same id.
            if (item.Item is BroadcastMessage broadcast && !_heard.Add(broadcast.Id))
            {
                continue;
            }

            foreach (var reader in readers)
            {
                reader.Offer(item.Item);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Logs that a reader is so slow that its items are dropped.</summary>
    public void SayBehind() => LogBehind(log, typeof(T).Name, options.SubscriberBuffer, options.SubscriberBufferSize);

    public Task OnErrorAsync(Exception ex)
    {
        LogStreamError(log, ex, typeof(T).Name);
        return Task.CompletedTask;
    }

    /// <exception cref="PartitionMovedException">
    /// The stored list of subscribers is not the one that the stream's silo knows, for example after a backup was restored. The silo reads
    /// it again for the next call.
    /// </exception>
    private async Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncStream<T> stream)
    {
        try
        {
            return await stream.SubscribeAsync(this).ConfigureAwait(false);
        }
        catch (InconsistentStateException e)
        {
            throw new PartitionMovedException(
                $"The subscribers to the stream of {typeof(T).Name} were changed in storage. Repeat the call. {e.Message}");
        }
    }

    private async Task UnsubscribeAsync(StreamSubscriptionHandle<T> subscription)
    {
        try
        {
            await subscription.UnsubscribeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The subscription ends with the cluster that cannot be reached, or with its first delivery that fails.
            LogUnsubscribeFailed(log, typeof(T).Name, e.Message);
        }
    }

    private async Task CheckAsync()
    {
        if (!await _gate.WaitAsync(0).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            if (_subscription is not { } known || !link.TryPass())
            {
                return;
            }

            var stream = getStream();
            var handles = await stream.GetAllSubscriptionHandles().ConfigureAwait(false);
            if (!handles.Any(h => h.HandleId == known.HandleId) && _subscription is not null)
            {
                LogResubscribed(log, typeof(T).Name);
                _subscription = await SubscribeAsync(stream).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogCheckFailed(log, typeof(T).Name, e.Message);
        }
        finally
        {
            _gate.Release();
        }
    }

    [LoggerMessage(11, LogLevel.Warning, "The stream of {Item} reported an error; lost items are read from the history.")]
    private static partial void LogStreamError(ILogger logger, Exception e, string item);

    [LoggerMessage(16, LogLevel.Warning,
        "A subscriber to the stream of {Item} is more than {Items} items or {Bytes} bytes behind; the oldest items are dropped. The "
        + "subscriber reads dropped results from the history, but loses dropped broadcasts and events.")]
    private static partial void LogBehind(ILogger logger, string item, int items, long bytes);

    [LoggerMessage(12, LogLevel.Debug, "Ending the subscription to the stream of {Item} failed: {Reason}")]
    private static partial void LogUnsubscribeFailed(ILogger logger, string item, string reason);

    [LoggerMessage(13, LogLevel.Information, "The cluster no longer knows the subscription to the stream of {Item}; subscribing again.")]
    private static partial void LogResubscribed(ILogger logger, string item);

    [LoggerMessage(14, LogLevel.Debug, "Checking the subscription to the stream of {Item} failed: {Reason}")]
    private static partial void LogCheckFailed(ILogger logger, string item, string reason);
}
