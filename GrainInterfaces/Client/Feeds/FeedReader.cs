using System.Threading.Channels;

namespace OrleansTasks.Client.Feeds;

/// <summary>Reads a feed through a queue of its own. Disposing it leaves the feed.</summary>
internal sealed class FeedReader<T>(StreamFeed<T> feed, FeedBuffer<T> buffer) : IAsyncDisposable
    where T : class
{
    private bool _isBehind;

    public ChannelReader<T> Items => buffer;

    public void Offer(T item)
    {
        var dropped = buffer.Offer(item);
        if (dropped > 0 && !_isBehind)
        {
            feed.SayBehind();
        }

        _isBehind = dropped > 0 || (_isBehind && buffer.Count > 1);
    }

    public ValueTask DisposeAsync() => feed.CloseAsync(this);
}
