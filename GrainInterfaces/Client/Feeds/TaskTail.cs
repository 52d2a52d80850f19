namespace OrleansTasks.Client.Feeds;

/// <summary>
/// Tracks what one subscriber has of one task: the results that it may pass on, those that wait until the history has filled a gap before
/// them, and when to read the history next. Pure; instants are timestamps of the reader's clock.
/// </summary>
internal sealed class TaskTail
{
    /// <summary>The maximum pause between checks of a quiet task, in periods. The checks become less frequent up to this pause.</summary>
    private const int LongestPause = 64;

    /// <summary>
    /// How many consecutive answers may lack results that the stream has delivered before the reader concludes that they are lost, because
    /// storage may have gone back.
    /// </summary>
    private const int MostDoubts = 12;

    private static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(1);
    private readonly ResultSequencer _sequencer = new();
    private readonly Queue<TaskResult> _held = new();
    private readonly TimeSpan _period;
    private readonly int _mostHeld;
    private readonly HeldBytes _bytes;
    private long _offers;
    private int _doubts;
    private TimeSpan _pause;
    private TimeSpan _quiet;

    /// <summary>Creates the state of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="period">How long after the task's last activity its history is read.</param>
    /// <param name="mostHeld">How many results may wait for earlier ones. The oldest beyond that are read from the history later.</param>
    /// <param name="bytes">Counts the bytes of all results that its subscriber holds.</param>
    public TaskTail(string task, TimeSpan period, int mostHeld, HeldBytes bytes)
    {
        (Task, _period, _mostHeld, _bytes) = (task, period, mostHeld, bytes);
        (_pause, DueAfter) = (period, period);
    }

    public string Task { get; }

    /// <summary>Gets the number after which results of the history are needed.</summary>
    public long Last => _sequencer.Last;

    /// <summary>Gets whether results wait for earlier ones.</summary>
    public bool IsHolding => _held.Count > 0;

    /// <summary>Gets what is known now. The caller remembers it when it reads the history.</summary>
    public Sight Now => new(IsHolding, _offers);

    /// <summary>Gets how long after the task's last activity its history is read.</summary>
    public TimeSpan DueAfter { get; private set; }

    /// <summary>Gets whether the task has been quiet for so long that it need not be remembered.</summary>
    public bool IsOver => _quiet >= ForgetAfter;

    /// <summary>Sets the number up to which all results precede the subscription.</summary>
    public void StartAfter(long sequence)
    {
        _sequencer.StartAfter(sequence);
        DueAfter = TimeSpan.Zero;
    }

    /// <summary>Accepts a result from the stream.</summary>
    /// <returns>The results that can be passed on: this one, or none.</returns>
    public IReadOnlyList<TaskResult> Offer(TaskResult item)
    {
        _offers++;
        (_pause, _quiet) = (_period, TimeSpan.Zero);
        if (item.IsPartial)
        {
            if (_sequencer.HasSeen(item))
            {
                return [];
            }

            // The history has the complete result.
            _sequencer.StartBefore(item);
        }
        else if (!IsHolding)
        {
            switch (_sequencer.Offer(item))
            {
                case ResultSequencer.Verdict.Next:
                    DueAfter = _period;
                    return [item];
                case ResultSequencer.Verdict.Seen:
                    return [];
            }
        }

        _held.Enqueue(item);
        _bytes.Add(item);
        while (_held.Count > _mostHeld || (_bytes.IsOver && _held.Count > 1))
        {
            _bytes.Remove(_held.Dequeue());
        }

        DueAfter = TimeSpan.Zero;
        return [];
    }

    /// <summary>Accepts the results of the history after <see cref="Last"/>.</summary>
    /// <param name="results">The results in order, or null if the history could not be read.</param>
    /// <param name="isAll">Whether there were no more.</param>
    /// <param name="asked">What was known when the history was read.</param>
    /// <param name="through">
    /// The number up to which the answer is final: results that it lacks up to there never arrive. Null if the answer does not say so.
    /// </param>
    /// <returns>The results that can be passed on, with items that report gaps.</returns>
    public IReadOnlyList<TaskResult> Fill(IReadOnlyList<TaskResult>? results, bool isAll, Sight asked, long? through = null)
    {
        if (results is null)
        {
            DueAfter = _period;
            return [];
        }

        if (!asked.Holding && asked.Offers != _offers)
        {
            // The stream works. The history of a busy task is ahead of it, and may have dropped results that the stream still delivers.
            DueAfter = IsHolding ? TimeSpan.Zero : _period;
            return [];
        }

        var passed = new List<TaskResult>();
        var end = !isAll ? results[^1].Sequence : _doubts < MostDoubts ? through ?? long.MaxValue : long.MaxValue;
        var next = 0;
        while (_held.TryPeek(out var held))
        {
            PassBefore(held.Sequence);
            if (held.Sequence > end && (held.IsPartial || !_sequencer.IsNext(held)))
            {
                // The answer is older than the results before the item, or only a later page contains them.
                break;
            }

            _bytes.Remove(_held.Dequeue());
            Pass(passed, held.IsPartial ? results.FirstOrDefault(r => r.Sequence == held.Sequence) ?? held : held);
        }

        if (!IsHolding)
        {
            PassBefore(long.MaxValue);
        }

        _doubts = IsHolding && isAll && passed.Count == 0 ? _doubts + 1 : 0;
        Schedule(passed.Count > 0, again: IsHolding || !isAll);
        return passed;

        void PassBefore(long sequence)
        {
            for (; next < results.Count && results[next].Sequence < sequence; next++)
            {
                Pass(passed, results[next]);
            }
        }
    }

    /// <summary>Contains what was known of a task at some moment.</summary>
    /// <param name="Holding">Whether results waited for earlier ones. Then the history says what lies before them.</param>
    /// <param name="Offers">The number of results that the stream had delivered.</param>
    public readonly record struct Sight(bool Holding, long Offers);

    private void Schedule(bool foundSome, bool again)
    {
        if (again)
        {
            // A silo that does not know the held results yet is not asked again at once.
            DueAfter = _doubts == 0 ? TimeSpan.Zero : _period;
            return;
        }

        if (foundSome)
        {
            (_pause, _quiet) = (_period, TimeSpan.Zero);
        }

        DueAfter = _pause;
        _quiet += _pause;
        _pause = _pause * 2 < _period * LongestPause ? _pause * 2 : _period * LongestPause;
    }

    private void Pass(List<TaskResult> passed, TaskResult result)
    {
        switch (_sequencer.Offer(result))
        {
            case ResultSequencer.Verdict.Next:
                passed.Add(result);
                break;
            case ResultSequencer.Verdict.AfterGap:
                var last = _sequencer.Last;
                passed.Add(Gap(result, last, _sequencer.Skip(result)));
                passed.Add(result);
                break;
        }
    }

    private static TaskResult Gap(TaskResult next, long last, long missed) => new()
    {
        RunId = new RunId(next.Task, Guid.Empty),
        Status = RunStatus.Gap,
        Sequence = last + missed,
        Missed = missed,
        Error = $"{missed} results of '{next.Task}' were missed, and the history no longer has them.",
        ScheduledAt = next.ScheduledAt,
        FinishedAt = next.FinishedAt,
    };
}
