using Microsoft.Extensions.Time.Testing;
using Orleans.Streams;
using OrleansTasks.Streams.Queues;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests reading from a memory stream's queue that has a bell.</summary>
public sealed class WaitingReceiverTests
{
    private readonly Queue _queue = new();
    private readonly Bell _bell = new();
    private readonly FakeTimeProvider _time = new();
    private readonly WaitingReceiver _receiver;

    public WaitingReceiverTests() => _receiver = new WaitingReceiver(_queue, _bell, _time);

    [Fact]
    public async Task Read_AvailableItems_DoesNotWait()
    {
        _queue.Items = 2;
        Assert.Equal(2, (await _receiver.GetQueueMessagesAsync(10, CancellationToken.None)).Count);
        Assert.Empty(_bell.Known);
    }

    [Fact]
    public async Task Read_NoItems_WaitsForTheBellAndReadsOnce()
    {
        var reading = _receiver.GetQueueMessagesAsync(10, CancellationToken.None);
        Assert.False(reading.IsCompleted);
        _queue.Items = 1;
        _bell.Next.SetResult(7);
        Assert.Single(await reading);
        Assert.Equal(2, _queue.Reads);
    }

    [Fact]
    public async Task Read_SoonAfterARead_WaitsForMore()
    {
        _queue.Items = 1;
        await _receiver.GetQueueMessagesAsync(10, CancellationToken.None);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        var reading = _receiver.GetQueueMessagesAsync(10, CancellationToken.None);
        _queue.Items = 3;
        Assert.False(reading.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(13));
        Assert.Equal(3, (await reading).Count);
    }

    [Fact]
    public async Task Read_AfterAFullRead_DoesNotWait()
    {
        _queue.Items = 10;
        await _receiver.GetQueueMessagesAsync(10, CancellationToken.None);
        Assert.Equal(10, (await _receiver.GetQueueMessagesAsync(10, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Read_Again_PassesItsPositionToTheBell()
    {
        _bell.Next.SetResult(7);
        await _receiver.GetQueueMessagesAsync(10, CancellationToken.None);
        await _receiver.GetQueueMessagesAsync(10, CancellationToken.None);
        Assert.Equal([0, 7], _bell.Known);
    }

    [Fact]
    public async Task Read_BellLost_StillReadsTheQueue()
    {
        var reading = _receiver.GetQueueMessagesAsync(10, CancellationToken.None);
        _queue.Items = 1;
        _bell.Next.SetException(new SiloUnavailableException());
        Assert.Single(await reading);
    }

    [Fact]
    public async Task Read_CancelledSoonAfterARead_TakesNothingMore()
    {
        _queue.Items = 1;
        await _receiver.GetQueueMessagesAsync(10, CancellationToken.None);
        using var cancelled = new CancellationTokenSource();
        var reading = _receiver.GetQueueMessagesAsync(10, cancelled.Token);
        await cancelled.CancelAsync();
        Assert.Empty(await reading);
        Assert.Equal(1, _queue.Reads);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_Cancelled_TakesNothingMore(bool bellFails)
    {
        using var cancelled = new CancellationTokenSource();
        var reading = _receiver.GetQueueMessagesAsync(10, cancelled.Token);
        _queue.Items = 1;
        await cancelled.CancelAsync();
        if (bellFails)
        {
            _bell.Next.SetException(new OperationCanceledException());
        }
        else
        {
            _bell.Next.SetResult(0);
        }

        Assert.Empty(await reading);
        Assert.Equal(1, _queue.Reads);
    }

    /// <summary>Orleans would log a cancelled read as an error, although the silo only stops.</summary>
    [Fact]
    public async Task Read_CancelledWhileTheQueueAnswers_TakesNothingAndIsNoError()
    {
        _queue.Gate = new TaskCompletionSource();
        using var cancelled = new CancellationTokenSource();
        var reading = _receiver.GetQueueMessagesAsync(10, cancelled.Token);
        Assert.False(reading.IsCompleted);
        await cancelled.CancelAsync();
        Assert.Empty(await reading);
        Assert.False(_queue.WasCancelled);
    }

    private sealed class Queue : IQueueAdapterReceiver
    {
        public TaskCompletionSource? Gate { get; set; }

        public bool WasCancelled { get; private set; }

        public int Items { get; set; }

        public int Reads { get; private set; }

        public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

        public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

        public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
        {
            Reads++;
            using var noted = cancellationToken.Register(() => WasCancelled = true);
            await (Gate?.Task ?? Task.CompletedTask);
            return new IBatchContainer[Items];
        }

        public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

        public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;
    }

    private sealed class Bell : IQueueBellGrain
    {
        public TaskCompletionSource<long> Next { get; } = new();

        public List<long> Known { get; } = [];

        public Task RingAsync() => Task.CompletedTask;

        public Task<long> WaitAsync(long known, CancellationToken ct)
        {
            Known.Add(known);
            return Next.Task;
        }
    }
}
