using System.Runtime.CompilerServices;

namespace OrleansTasks.Client.Feeds;

/// <summary>
/// Turns a feed that may lose, repeat or end items into a sequence with each result once and in order, with the help of the history. A
/// request to the history delays only the results of its own task.
/// </summary>
internal sealed class ResultReader(
    StreamFeeds feeds,
    string? task,
    long? after,
    Func<string, long, int, CancellationToken, Task<ResultHistory>> history,
    TimeProvider time,
    TaskClientOptions options) : IAsyncDisposable
{
    private const int HistoryPage = 500;
    private const int ChecksAtOnce = 64;

    // A silo that does not answer in time, such as one that was just lost, is asked again at a later check.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, (TaskTail Tail, long Since)> _tails = new(StringComparer.Ordinal);

    // The tasks whose history must be read now, and not only at the next tick.
    private readonly HashSet<TaskTail> _urgent = [];
    private readonly HeldBytes _held = new(options.SubscriberBufferSize);
    private FeedReader<TaskResult>? _reader;
    private IReadOnlyList<TaskResult> _first = [];

    public async Task OpenAsync(CancellationToken ct)
    {
        var start = task is null ? 0 : after ?? (await history(task, long.MaxValue, 0, ct).ConfigureAwait(false)).LastSequence;
        _reader = await feeds.OpenAsync<TaskResult>(task is null ? TaskStreams.AllResults : TaskStreams.Results(task), ct)
            .ConfigureAwait(false);
        if (task is not null)
        {
            // A run may have ended after the start was looked up and before the subscription took effect.
            var tail = TailOf(task);
            tail.StartAfter(start);
            _first = [.. (await AskAsync([tail], ct).ConfigureAwait(false)).SelectMany(Take)];
        }
    }

    public ValueTask DisposeAsync() => _reader?.DisposeAsync() ?? ValueTask.CompletedTask;

    public async IAsyncEnumerable<TaskResult> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (_reader is null)
        {
            await OpenAsync(ct).ConfigureAwait(false);
        }

        var reader = _reader!;
        await using (reader.ConfigureAwait(false))
        {
            foreach (var result in _first)
            {
                yield return result;
            }

            _first = [];
            using var timer = new PeriodicTimer(options.SubscriptionCheckPeriod, time);
            var tick = timer.WaitForNextTickAsync(ct).AsTask();
            var readable = reader.Items.WaitToReadAsync(ct).AsTask();
            Task<Answer[]>? asking = null;
            while (true)
            {
                asking ??= _urgent.Count > 0 ? AskAsync([.. _urgent.Take(ChecksAtOnce)], ct) : null;
                await Task.WhenAny(readable, tick, (Task?)asking ?? tick).ConfigureAwait(false);
                ct.ThrowIfCancellationRequested();
                while (reader.Items.TryRead(out var item))
                {
                    foreach (var result in Offer(item))
                    {
                        yield return result;
                    }
                }

                if (asking is { IsCompleted: true })
                {
                    foreach (var result in (await asking.ConfigureAwait(false)).SelectMany(Take))
                    {
                        yield return result;
                    }

                    asking = null;
                }

                if (readable.IsCompleted)
                {
                    readable = reader.Items.WaitToReadAsync(ct).AsTask();
                }

                if (tick.IsCompleted)
                {
                    tick = timer.WaitForNextTickAsync(ct).AsTask();
                    FindDue();
                }
            }
        }
    }

    private IReadOnlyList<TaskResult> Offer(TaskResult item)
    {
        var tail = TailOf(item.Task);
        var passed = tail.Offer(item);
        Note(tail);
        return passed;
    }

    /// <summary>Reads the histories of some tasks concurrently.</summary>
    private Task<Answer[]> AskAsync(IReadOnlyList<TaskTail> tails, CancellationToken ct)
    {
        _urgent.ExceptWith(tails);
        return Task.WhenAll(tails.Select(AskOneAsync));

        async Task<Answer> AskOneAsync(TaskTail tail)
        {
            var sight = tail.Now;

            // A request that is given up is cancelled. Otherwise it would be repeated for much longer, beside those of later checks.
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
            try
            {
                return new Answer(tail, sight,
                    await history(tail.Task, tail.Last, HistoryPage, either.Token).WaitAsync(either.Token).ConfigureAwait(false));
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                // A subscription survives an outage of any length, of silos or of their storage. A later check reads what was missed.
                return new Answer(tail, sight, null);
            }
        }
    }

    private IReadOnlyList<TaskResult> Take(Answer answer)
    {
        var passed = answer.Tail.Fill(answer.History?.Results, answer.History is { HasMore: false, Results.Count: < HistoryPage },
            answer.Sight, answer.History?.FinalThrough);
        Note(answer.Tail);
        return passed;
    }

    private void Note(TaskTail tail)
    {
        if (tail.DueAfter == TimeSpan.Zero)
        {
            _urgent.Add(tail);
        }

        _tails[tail.Task] = (tail, time.GetTimestamp());
    }

    private void FindDue()
    {
        foreach (var (name, (tail, since)) in _tails)
        {
            if (time.GetElapsedTime(since) >= tail.DueAfter)
            {
                _urgent.Add(tail);
            }
            else if (tail.IsOver && task is null)
            {
                _tails.Remove(name);
            }
        }
    }

    private TaskTail TailOf(string name)
    {
        if (!_tails.TryGetValue(name, out var known))
        {
            _tails.Add(name,
                known = (new TaskTail(name, options.SubscriptionCheckPeriod, options.SubscriberBuffer, _held), time.GetTimestamp()));
        }

        return known.Tail;
    }

    private sealed record Answer(TaskTail Tail, TaskTail.Sight Sight, ResultHistory? History);
}
