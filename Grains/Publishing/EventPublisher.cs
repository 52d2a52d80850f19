using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansTasks.Publishing;

/// <summary>
/// Publishes this silo's events on their stream. It always creates up to a hundred events in a quarter of a second. It creates more only if
/// somebody listens, which it checks at the same interval. So a hundred thousand runs a second cost nothing if nobody listens.
/// </summary>
/// <remarks>
/// There is one stream for all tasks. One for each task would cost the cluster something for every task with events, and almost no task has
/// a listener of its own.
/// </remarks>
internal sealed partial class EventPublisher(
    IServiceProvider services, [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time, IOptions<TasksOptions> options,
    ILogger<EventPublisher> log)
{
    private const int QueueLength = 20_000;
    private const int BatchCount = 200;
    private const int Busy = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly Channel<TaskEvent> _queue = Channel.CreateBounded<TaskEvent>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly StreamSender _sender = new(time, options.Value.Limits.MaxStreamMessageSize, reason => LogFailing(log, reason),
        () => LogRecovered(log));
    private readonly SemaphoreSlim _counted = new(0);
    private int _count;
    private volatile bool _hasListeners;

    /// <summary>Counts an event that is about to be created, and decides whether anybody may want it.</summary>
    public bool IsWanted()
    {
        var count = Interlocked.Increment(ref _count);
        if (count == 1)
        {
            _counted.Release();
        }

        return count <= Busy || _hasListeners;
    }

    public void Publish(TaskEvent item) => _queue.Writer.TryWrite(item);

    public Task RunAsync(CancellationToken ct) => Task.WhenAll(SendAsync(ct), LookAsync(ct));

    private async Task SendAsync(CancellationToken ct)
    {
        var stream = services.GetRequiredKeyedService<IStreamProvider>(TaskStreams.Provider).GetStream<TaskEvent>(TaskStreams.Events);
        var batch = new List<TaskEvent>(BatchCount);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(ct))
            {
                while (batch.Count < BatchCount && _queue.Reader.TryRead(out var item))
                {
                    batch.Add(item);
                }

                await _sender.SendAsync(stream, batch, StreamSizes.Of, ct);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The silo is stopping, and events are not stored.
            return;
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        if (services.GetService<IStreamSubscriptionManagerAdmin>()?.GetStreamSubscriptionManager(
            StreamSubscriptionManagerType.ExplicitSubscribeOnly) is not { } manager)
        {
            // It is not known whether anybody listens.
            _hasListeners = true;
            return;
        }

        try
        {
            while (true)
            {
                await _counted.WaitAsync(ct);
                await Task.Delay(Period, time, ct);
                Interlocked.Exchange(ref _count, 0);
                _hasListeners = await HasListenersAsync(manager, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task<bool> HasListenersAsync(IStreamSubscriptionManager manager, CancellationToken ct)
    {
        try
        {
            return (await manager.GetSubscriptions(TaskStreams.Provider, TaskStreams.Events).WaitAsync(Patience, time, ct)).Any();
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            // Too many events are better than too few.
            return true;
        }
    }

    [LoggerMessage(411, LogLevel.Warning, "Publishing events on the stream failed: {Reason}")]
    private static partial void LogFailing(ILogger logger, string reason);

    [LoggerMessage(412, LogLevel.Information, "Events are published on the stream again.")]
    private static partial void LogRecovered(ILogger logger);
}
