using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansTasks;

/// <summary>
/// Puts this silo's events on the streams. Quiet streams are always served; of busy ones it looks four times a second whether anybody listens, and
/// where nobody does no event is even made.
/// </summary>
internal sealed partial class EventPublisher(
    IServiceProvider services, [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time, ILogger<EventPublisher> log)
{
    private const int QueueLength = 20_000;
    private const int BatchCount = 200;
    private const int Busy = 100;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly Channel<TaskEvent> _queue = Channel.CreateBounded<TaskEvent>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly ConcurrentDictionary<string, Demand> _tasks = new(StringComparer.Ordinal);
    private readonly Demand _all = new();
    private readonly StreamSender _sender = new(time, reason => LogFailing(log, reason), () => LogRecovered(log));

    /// <summary>Counts an event of a task that is about to be made, and tells whether anybody may want it.</summary>
    public bool IsWanted(string task)
    {
        var ofTask = _tasks.GetOrAdd(task, static _ => new Demand());
        _all.Count();
        ofTask.Count();
        return _all.IsWanted || ofTask.IsWanted;
    }

    public void Publish(TaskEvent item) => _queue.Writer.TryWrite(item);

    public Task RunAsync(CancellationToken ct) => Task.WhenAll(SendAsync(ct), LookAsync(ct));

    private async Task SendAsync(CancellationToken ct)
    {
        var provider = services.GetRequiredKeyedService<IStreamProvider>(TaskStreams.Provider);
        var all = provider.GetStream<TaskEvent>(TaskStreams.AllEvents);
        var batch = new List<TaskEvent>(BatchCount);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(ct))
            {
                while (batch.Count < BatchCount && _queue.Reader.TryRead(out var item))
                {
                    batch.Add(item);
                }

                var toAll = _all.IsWanted ? _sender.SendAsync(all, batch, ct) : Task.CompletedTask;
                foreach (var ofTask in batch.GroupBy(e => e.Task))
                {
                    if (!_tasks.TryGetValue(ofTask.Key, out var demand) || demand.IsWanted)
                    {
                        await _sender.SendAsync(provider.GetStream<TaskEvent>(TaskStreams.Events(ofTask.Key)), [.. ofTask], ct);
                    }
                }

                await toAll;
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The silo stops, and events are kept nowhere.
            return;
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        if (services.GetService<IStreamSubscriptionManagerAdmin>()?.GetStreamSubscriptionManager(StreamSubscriptionManagerType.ExplicitSubscribeOnly) is not { } manager)
        {
            return;
        }

        try
        {
            while (true)
            {
                await Task.Delay(Period, time, ct);
                await LookAsync(_all, TaskStreams.AllEvents);
                foreach (var (task, demand) in _tasks)
                {
                    if (await LookAsync(demand, TaskStreams.Events(task)) == 0)
                    {
                        _tasks.TryRemove(task, out _);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return;
        }

        async Task<int> LookAsync(Demand demand, StreamId stream)
        {
            var count = demand.TakeCount();
            demand.IsWanted = count < Busy || await HasListenersAsync(stream);
            return count;
        }

        async Task<bool> HasListenersAsync(StreamId stream)
        {
            try
            {
                return (await manager.GetSubscriptions(TaskStreams.Provider, stream)).Any();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Rather too many than too few.
                return true;
            }
        }
    }

    [LoggerMessage(411, LogLevel.Warning, "Events cannot be put on the stream: {Reason}")]
    private static partial void LogFailing(ILogger logger, string reason);

    [LoggerMessage(412, LogLevel.Information, "Events go out on the stream again.")]
    private static partial void LogRecovered(ILogger logger);

    private sealed class Demand
    {
        private int _count;

        private volatile bool _isWanted = true;

        public bool IsWanted { get => _isWanted; set => _isWanted = value; }

        public void Count() => Interlocked.Increment(ref _count);

        public int TakeCount() => Interlocked.Exchange(ref _count, 0);
    }
}
