using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansTasks.Client.Feeds;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;

namespace OrleansTasks.Client;

/// <summary>
/// Receives what the cluster publishes, for all listeners of a process: results, with those that fill their gaps, events, and broadcasts.
/// </summary>
/// <param name="grains">Returns references to grains. Throws before Orleans is up.</param>
/// <param name="feeds">The streams to which this process is subscribed.</param>
/// <param name="calls">Repeats calls that failed because a silo was lost.</param>
/// <param name="time">The clock.</param>
/// <param name="options">The limits.</param>
internal sealed class ClientSubscriptions(Func<IGrainFactory> grains, StreamFeeds feeds, ClusterCalls calls, TimeProvider time,
    TaskClientOptions options)
{
    public IAsyncEnumerable<TaskResult> Results(string? task, CancellationToken ct)
    {
        if (task is not null)
        {
            TaskNames.Check(task);
        }

        return new ResultReader(feeds, task, null, HistoryAsync, time, options).ReadAsync(ct);
    }

    public async Task<ITaskSubscription<TaskResult>> SubscribeResultsAsync(string? task, long? after, CancellationToken ct)
    {
        if (task is not null)
        {
            TaskNames.Check(task);
        }
        else if (after is not null)
        {
            throw new ArgumentException($"The sequence number {after} is given without a task, but each task numbers its own results. "
                + "Name the task, or omit the number.", nameof(after));
        }

        var reader = new ResultReader(feeds, task, after, HistoryAsync, time, options);
        await OpenAsync(reader, ct).ConfigureAwait(false);
        return new TaskSubscription<TaskResult>(reader.ReadAsync, reader.DisposeAsync);
    }

    /// <summary>Sends a message on behalf of the task whose handler sends it.</summary>
    public async Task BroadcastAsync<T>(T message, string? task, CancellationToken ct)
    {
        byte[] json;
        try
        {
            json = TaskJson.Write(message, typeof(T));
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw new TaskArgumentException(null, "message", $"The broadcast ({typeof(T)}) cannot be written as JSON: {e.Message} "
                + "Send a type that System.Text.Json can write.");
        }

        if (json.Length > options.MaxBroadcastSize)
        {
            throw new PayloadTooLargeException(null, "The broadcast", json.Length, options.MaxBroadcastSize);
        }

        await PublishAsync(new BroadcastMessage { Json = json, Id = Guid.NewGuid(), SentAt = time.GetUtcNow(), Task = task },
            ct).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<BroadcastMessage> Broadcasts([EnumeratorCancellation] CancellationToken ct)
    {
        var reader = await feeds.OpenAsync<BroadcastMessage>(TaskStreams.Broadcasts, ct).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await foreach (var message in reader.Items.ReadAllAsync(ct).ConfigureAwait(false))
            {
                yield return message;
            }
        }
    }

    public async Task<ITaskSubscription<BroadcastMessage>> SubscribeBroadcastsAsync(CancellationToken ct)
    {
        var reader = await calls.CallAsync(() => feeds.OpenAsync<BroadcastMessage>(TaskStreams.Broadcasts, ct), CancellationToken.None)
            .ConfigureAwait(false);
        return new TaskSubscription<BroadcastMessage>(reader.Items.ReadAllAsync, reader.DisposeAsync);
    }

    public async IAsyncEnumerable<TaskEvent> Events(string? task, [EnumeratorCancellation] CancellationToken ct)
    {
        var subscription = await SubscribeEventsAsync(task, ct).ConfigureAwait(false);
        try
        {
            await foreach (var item in subscription.WithCancellation(ct).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async Task<ITaskSubscription<TaskEvent>> SubscribeEventsAsync(string? task, CancellationToken ct)
    {
        if (task is not null)
        {
            TaskNames.Check(task);
        }

        var reader = await calls.CallAsync(() => feeds.OpenAsync<TaskEvent>(TaskStreams.Events, ct), CancellationToken.None)
            .ConfigureAwait(false);
        return new TaskSubscription<TaskEvent>(stop => reader.Items.ReadAllAsync(stop).Where(e => task is null || e.Task == task),
            reader.DisposeAsync);
    }

    /// <summary>
    /// Opens a reader. Opening itself observes the token. It is never abandoned halfway, which would leave a reader that nobody closes.
    /// </summary>
    private Task<bool> OpenAsync(ResultReader reader, CancellationToken ct) =>
        calls.CallAsync(() => Done(reader.OpenAsync(ct)), CancellationToken.None);

    private static async Task<bool> Done(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }

    /// <summary>Returns results that subscribers lack. They get the same results from the stream and from the history.</summary>
    private async Task<ResultHistory> HistoryAsync(string task, long after, int limit, CancellationToken ct)
    {
        var grain = grains().Refer<ITaskGrain>(TaskNames.Check(task));
        var history = await calls.CallAsync(() => grain.HistoryAsync(after, limit), ct).ConfigureAwait(false);
        return history with { Results = [.. history.Results.Select(static r => r.WithoutArguments())] };
    }

    private Task<bool> PublishAsync(BroadcastMessage message, CancellationToken ct)
    {
        var grain = grains().Refer<IBroadcastGrain>(0);
        return calls.CallAsync(() => Done(grain.SendAsync(message)), ct);
    }
}
