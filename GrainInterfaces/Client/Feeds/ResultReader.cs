using System.Runtime.CompilerServices;

namespace OrleansTasks;

/// <summary>Turns a feed that may lose, repeat or end items into each result once and in order, with the history's help.</summary>
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
    private readonly Dictionary<string, ResultSequencer> _sequencers = new(StringComparer.Ordinal);

    // Tasks of which something came since their history was last compared, and when it came.
    private readonly Dictionary<string, long> _unchecked = new(StringComparer.Ordinal);

    private FeedReader<TaskResult>? _reader;
    private IReadOnlyList<TaskResult> _first = [];

    public async Task OpenAsync(CancellationToken ct)
    {
        if (task is not null)
        {
            Sequencer(task).StartAfter(after ?? (await history(task, long.MaxValue, 0, ct).ConfigureAwait(false)).LastSequence);
        }

        _reader = await feeds.OpenAsync<TaskResult>(task is null ? TaskStreams.AllResults : TaskStreams.Results(task), ct).ConfigureAwait(false);
        if (task is not null)
        {
            // What ended after the start was looked up and before the subscription was in force.
            _first = await FillAsync(task, null, ct).ConfigureAwait(false);
            _unchecked[task] = time.GetTimestamp();
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
            while (true)
            {
                await Task.WhenAny(readable, tick).ConfigureAwait(false);
                ct.ThrowIfCancellationRequested();
                while (reader.Items.TryRead(out var item))
                {
                    foreach (var result in await OfferAsync(item, ct).ConfigureAwait(false))
                    {
                        yield return result;
                    }
                }

                if (readable.IsCompleted)
                {
                    readable = reader.Items.WaitToReadAsync(ct).AsTask();
                }

                if (tick.IsCompleted)
                {
                    tick = timer.WaitForNextTickAsync(ct).AsTask();
                    foreach (var result in await CheckTailsAsync(ct).ConfigureAwait(false))
                    {
                        yield return result;
                    }
                }
            }
        }
    }

    private async ValueTask<IReadOnlyList<TaskResult>> OfferAsync(TaskResult item, CancellationToken ct)
    {
        _unchecked[item.Task] = time.GetTimestamp();
        var sequencer = Sequencer(item.Task);
        switch (sequencer.Offer(item))
        {
            case ResultSequencer.Verdict.Next:
                return [item];
            case ResultSequencer.Verdict.Seen:
                return [];
            default:
                var results = await FillAsync(item.Task, item.Sequence, ct).ConfigureAwait(false);
                if (sequencer.Last < item.Sequence)
                {
                    Add(results, sequencer, item);
                }

                return results;
        }
    }

    private async Task<IReadOnlyList<TaskResult>> CheckTailsAsync(CancellationToken ct)
    {
        // Only where nothing comes: the history of a busy task is ahead of its stream, and may have dropped what the stream still brings.
        var quiet = _unchecked.Where(u => time.GetElapsedTime(u.Value) >= options.SubscriptionCheckPeriod).Select(u => u.Key).Take(ChecksAtOnce).ToList();
        var results = new List<TaskResult>();
        foreach (var name in quiet)
        {
            if (task is null)
            {
                _unchecked.Remove(name);
            }

            results.AddRange(await FillAsync(name, null, ct).ConfigureAwait(false));
        }

        return results;
    }

    /// <summary>What the history has after the last result of a task, gaps included; only up to one that is at hand, if there is.</summary>
    private async Task<List<TaskResult>> FillAsync(string name, long? before, CancellationToken ct)
    {
        var sequencer = Sequencer(name);
        var results = new List<TaskResult>();
        while (true)
        {
            ResultHistory page;
            try
            {
                page = await history(name, sequencer.Last, HistoryPage, ct).ConfigureAwait(false);
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                // A subscription outlives an outage of any length, be it of silos or of their storage: what was missed is fetched at a later check.
                _unchecked[name] = time.GetTimestamp();
                return results;
            }

            foreach (var result in page.Results.Where(r => before is null || r.Sequence < before))
            {
                Add(results, sequencer, result);
            }

            if (page.Results.Count < HistoryPage || page.Results[^1].Sequence >= before)
            {
                return results;
            }
        }
    }

    private static void Add(List<TaskResult> results, ResultSequencer sequencer, TaskResult result)
    {
        var before = sequencer.Last;
        if (sequencer.Offer(result) is ResultSequencer.Verdict.Seen)
        {
            return;
        }

        if (sequencer.Last < result.Sequence)
        {
            before = sequencer.Last;
            results.Add(Gap(result, before, sequencer.Skip(result)));
        }

        results.Add(result);
    }

    private static TaskResult Gap(TaskResult next, long last, long missed) => new()
    {
        RunId = new RunId(next.Task, Guid.Empty),
        Status = RunStatus.Gap,
        Sequence = last + missed,
        Missed = missed,
        Error = $"{missed} results of '{next.Task}' went by that the history no longer holds.",
        ScheduledAt = next.ScheduledAt,
        FinishedAt = next.FinishedAt,
    };

    private ResultSequencer Sequencer(string name)
    {
        if (!_sequencers.TryGetValue(name, out var sequencer))
        {
            _sequencers.Add(name, sequencer = new ResultSequencer());
        }

        return sequencer;
    }
}
