using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Listens to events of partitions about their storage.</summary>
internal sealed class NoticeListener : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Notice> _heard = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ITaskSubscription<TaskEvent> _events;
    private readonly TimeProvider _time;
    private readonly Task _listening;

    private NoticeListener(ITaskSubscription<TaskEvent> events, TimeProvider time)
    {
        (_events, _time) = (events, time);
        _listening = ListenAsync();
    }

    /// <summary>Gets the events so far.</summary>
    public IReadOnlyList<Notice> Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _heard];
            }
        }
    }

    /// <summary>Starts, and returns when the subscription is active.</summary>
    public static async Task<NoticeListener> StartAsync(ITaskClient tasks, TimeProvider time) =>
        new(await tasks.SubscribeEventsAsync(), time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        await _events.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var item in _events.WithCancellation(_stop.Token))
            {
                if (item.Kind is TaskEventKind.StorageWentBack or TaskEventKind.StorageLost)
                {
                    lock (_gate)
                    {
                        _heard.Add(new Notice(_time.GetUtcNow(), item.Kind, item.Note ?? ""));
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The listener stops.
        }
    }
}
