using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansTasks.Publishing;

/// <summary>
/// Publishes this silo's results on the streams: at once under low load, and otherwise in batches of what arrived in the meantime.
/// </summary>
/// <remarks>
/// It never delays a run. Results that do not fit in its queue, or cannot be sent, are fetched by subscribers from the history.
/// </remarks>
internal sealed partial class ResultPublisher(
    IServiceProvider services, [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time, IOptions<TasksOptions> options,
    ILogger<ResultPublisher> log) : IResultPublisher
{
    private const int QueueLength = 50_000;
    private const int BatchCount = 200;
    private const int MostDemands = 100_000;
    private const int BatchBytes = 64 << 10;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    // If this many tasks have results in a quarter of a second, each task by itself, streams are only served after it is known that
    // somebody wants them.
    private const int ManyTasks = 250;
    private const int MostQuestions = 256;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private readonly Channel<TaskResult> _queue = Channel.CreateBounded<TaskResult>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly TimeProvider _time = time;
    private readonly ConcurrentDictionary<string, StreamDemand> _demand = new(StringComparer.Ordinal);
    private Func<StreamId, Task<int>> _countConsumers = static _ => Task.FromResult(1);
    private long _sentAt;
    private int _questions;
    private int _tasks;
    private long _since;
    private bool _crowded;
    private readonly int _most = options.Value.Limits.MaxStreamMessageSize;
    private readonly StreamSender _sender = new(time, options.Value.Limits.MaxStreamMessageSize, reason => LogFailing(log, reason),
        () => LogRecovered(log));

    /// <summary>Gets the number of results that are not sent yet.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Returns how far the stream is behind: the age of the oldest of these results.</summary>
    public TimeSpan LagAt(DateTimeOffset now) =>
        _queue.Reader.TryPeek(out var oldest) && oldest.FinishedAt < now ? now - oldest.FinishedAt : TimeSpan.Zero;

    /// <inheritdoc/>
    public void Publish(TaskResult result) => _queue.Writer.TryWrite(result);

    /// <inheritdoc/>
    public void Want(string task)
    {
        if (_demand.TryGetValue(task, out var demand))
        {
            demand.Want();
        }
    }

    public async Task RunAsync(CancellationToken ct)
    {
        if (services.GetService<IStreamSubscriptionManagerAdmin>()?.GetStreamSubscriptionManager(
            StreamSubscriptionManagerType.ExplicitSubscribeOnly) is { } manager)
        {
            _countConsumers = async stream => (await manager.GetSubscriptions(TaskStreams.Provider, stream)).Count();
        }

        var provider = services.GetRequiredKeyedService<IStreamProvider>(TaskStreams.Provider);
        var all = provider.GetStream<TaskResult>(TaskStreams.AllResults);
        var batch = new List<TaskResult>(BatchCount);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(ct))
            {
                if (_time.GetElapsedTime(_sentAt) < Pace && _queue.Reader.Count < BatchCount)
                {
                    // Another batch was sent just now, so more results are likely to follow.
                    await Task.Delay(Pace, _time, ct);
                }

                _sentAt = _time.GetTimestamp();
                Fill(batch);
                var toAll = _sender.SendAsync(all, batch, StreamSizes.Of, ct);
                foreach (var ofTask in batch.GroupBy(r => r.Task))
                {
                    var demand = Demand(ofTask.Key);
                    var results = ofTask.ToList();
                    var (send, ask) = demand.Decide(results, IsCrowded(), Volatile.Read(ref _questions) < MostQuestions);
                    if (!send && !ask)
                    {
                        continue;
                    }

                    var stream = provider.GetStream<TaskResult>(TaskStreams.Results(ofTask.Key));
                    if (ask)
                    {
                        AskAsync(stream, demand, ct).Ignore();
                    }

                    if (send)
                    {
                        await _sender.SendAsync(stream, results, StreamSizes.Of, ct);
                    }
                }

                await toAll;
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The silo is stopping. The history contains what is still queued.
            return;
        }
    }

    /// <summary>Counts one more task with results, and decides whether very many have some.</summary>
    private bool IsCrowded()
    {
        _tasks++;
        if (_time.GetElapsedTime(_since) >= Period)
        {
            (_crowded, _tasks, _since) = (_tasks > ManyTasks, 0, _time.GetTimestamp());
        }

        return _crowded;
    }

    private async Task AskAsync(IAsyncStream<TaskResult> stream, StreamDemand demand, CancellationToken ct)
    {
        Interlocked.Increment(ref _questions);
        var isWanted = true;
        try
        {
            isWanted = await _countConsumers(stream.StreamId).ConfigureAwait(false) > 0;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotAsked(log, stream.StreamId, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _questions);
            if (demand.Answer(isWanted) is { Count: > 0 } held)
            {
                await _sender.SendAsync(stream, held, StreamSizes.Of, ct);
            }
        }
    }

    private StreamDemand Demand(string task)
    {
        if (_demand.Count > MostDemands)
        {
            // A task that is still busy is added again with its next batch, as wanted.
            _demand.Clear();
        }

        return _demand.GetOrAdd(task, static (_, t) => new StreamDemand(t), _time);
    }

    private void Fill(List<TaskResult> batch)
    {
        var bytes = 0;
        while (batch.Count < BatchCount && bytes < BatchBytes && _queue.Reader.TryRead(out var result))
        {
            var size = StreamSizes.Of(result);
            if (size > _most)
            {
                // Subscribers read it from the history.
                result = result.Part();
                size = StreamSizes.Of(result);
            }

            batch.Add(result);
            bytes += size;
        }
    }

    [LoggerMessage(401, LogLevel.Warning, "Publishing results on the stream failed; subscribers read them from the history. {Reason}")]
    private static partial void LogFailing(ILogger logger, string reason);

    [LoggerMessage(403, LogLevel.Debug, "Finding the subscribers of {Stream} failed: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, StreamId stream, string reason);

    [LoggerMessage(402, LogLevel.Information, "Results are published on the stream again.")]
    private static partial void LogRecovered(ILogger logger);
}
