using System.Threading.Channels;

namespace OrleansTasks;

/// <summary>One reader's own queue of a feed; disposing it leaves the feed.</summary>
internal sealed class FeedReader<T>(StreamFeed<T> feed, Channel<T> channel) : IAsyncDisposable
    where T : class
{
    public ChannelReader<T> Items => channel.Reader;

    public void Offer(T item) => channel.Writer.TryWrite(item);

    public ValueTask DisposeAsync() => feed.CloseAsync(this);
}
