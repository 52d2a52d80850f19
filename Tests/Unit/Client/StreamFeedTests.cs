using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;
using Orleans.Streams;
using OrleansTasks.Client.Feeds;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Tests.Unit;

public sealed class StreamFeedTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Orleans stores the subscribers of a stream, and a backup that is restored has other ones than its silo knows.</summary>
    [Fact]
    public async Task OpenAsync_SubscribersChangedInStorage_IsRepeated()
    {
        var link = new ClusterLink(_time, NullLogger.Instance);
        link.Start();
        var calls = new ClusterCalls(link, _time, new TaskClientOptions(), NullLogger.Instance);
        var stream = new ConflictingStream();
        var feed = new StreamFeed<BroadcastMessage>(
            () => stream, static _ => { }, link, new TaskClientOptions(), _time, NullLogger.Instance);

        var opened = calls.CallAsync(() => feed.OpenAsync(Stop), Stop);
        while (!opened.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.NotNull(await opened);
        Assert.Equal(2, stream.Calls);
    }

    private sealed class ConflictingStream : IAsyncStream<BroadcastMessage>
    {
        public int Calls { get; private set; }

        public bool IsRewindable => false;

        public string ProviderName => "";

        public StreamId StreamId => default;

        public Task<StreamSubscriptionHandle<BroadcastMessage>> SubscribeAsync(IAsyncBatchObserver<BroadcastMessage> observer) =>
            ++Calls == 1
                ? Task.FromException<StreamSubscriptionHandle<BroadcastMessage>>(new InconsistentStateException("Other tag."))
                : Task.FromResult<StreamSubscriptionHandle<BroadcastMessage>>(null!);

        public Task<StreamSubscriptionHandle<BroadcastMessage>> SubscribeAsync(
            IAsyncBatchObserver<BroadcastMessage> observer, StreamSequenceToken? token) => throw new NotSupportedException();

        public Task<StreamSubscriptionHandle<BroadcastMessage>> SubscribeAsync(IAsyncObserver<BroadcastMessage> observer) =>
            throw new NotSupportedException();

        public Task<StreamSubscriptionHandle<BroadcastMessage>> SubscribeAsync(
            IAsyncObserver<BroadcastMessage> observer, StreamSequenceToken? token, string? filterData = null) =>
            throw new NotSupportedException();

        public Task OnNextAsync(BroadcastMessage item, StreamSequenceToken? token = null) => throw new NotSupportedException();

        public Task OnNextBatchAsync(IEnumerable<BroadcastMessage> batch, StreamSequenceToken? token = null) =>
            throw new NotSupportedException();

        public Task OnCompletedAsync() => throw new NotSupportedException();

        public Task OnErrorAsync(Exception ex) => throw new NotSupportedException();

        public Task<IList<StreamSubscriptionHandle<BroadcastMessage>>> GetAllSubscriptionHandles() => throw new NotSupportedException();

        public bool Equals(IAsyncStream<BroadcastMessage>? other) => ReferenceEquals(this, other);

        public int CompareTo(IAsyncStream<BroadcastMessage>? other) => 0;
    }
}
