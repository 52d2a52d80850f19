using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace OrleansTasks.Client.Feeds;

/// <summary>
/// Buffers items for one subscriber. When there are too many items or bytes, the oldest items are dropped. The newest one stays, whatever
/// its size.
/// </summary>
/// <param name="maxItems">The maximum number of waiting items.</param>
/// <param name="maxBytes">The maximum number of bytes in all of them.</param>
/// <param name="size">Measures an item in bytes.</param>
internal sealed class FeedBuffer<T>(int maxItems, long maxBytes, Func<T, long> size) : ChannelReader<T>
{
    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();
    private long _count;
    private long _bytes;

    /// <summary>Gets the number of bytes in the waiting items.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public override bool CanCount => true;

    /// <inheritdoc/>
    public override int Count => (int)Interlocked.Read(ref _count);

    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>The number of older items that were dropped for it.</returns>
    public int Offer(T item)
    {
        Interlocked.Add(ref _bytes, size(item));
        Interlocked.Increment(ref _count);
        _items.Writer.TryWrite(item);
        var dropped = 0;
        while ((Count > maxItems || Bytes > maxBytes) && Count > 1 && TryRead(out _))
        {
            dropped++;
        }

        return dropped;
    }

    /// <inheritdoc/>
    public override bool TryRead([MaybeNullWhen(false)] out T item)
    {
        if (!_items.Reader.TryRead(out item))
        {
            return false;
        }

        Interlocked.Add(ref _bytes, -size(item));
        Interlocked.Decrement(ref _count);
        return true;
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        _items.Reader.WaitToReadAsync(cancellationToken);
}
