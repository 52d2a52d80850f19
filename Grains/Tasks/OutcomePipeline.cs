using OrleansTasks.Collections;
using OrleansTasks.Grains;
using OrleansTasks.Runs;
using OrleansTasks.Watching;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Turns a run's outcome into its result: it stores the outcome if that was promised, stores the continuations, numbers the result, writes
/// it into the history, publishes it, and tells waiting callers. In this order, so that nobody sees an end that may still change.
/// </summary>
internal sealed class OutcomePipeline : TaskPart
{
    private const int FinishBatch = 200;
    private readonly HistoryKeeper _history;
    private readonly TaskAccounts _accounts;
    private readonly StoredEnds _ends;
    private readonly RunFollowers _followers;
    private readonly IRunEndings _endings;
    private readonly SequenceNumbers _sequence = new();
    private LazyQueue<(ActiveRun Run, RunOutcome Outcome)> _toRecord;
    private LazySet<(ActiveRun Run, RunOutcome Outcome)> _following;
    private LazyQueue<(ActiveRun Run, RunOutcome Outcome)> _toNumber;
    private Task _recording = Task.CompletedTask;
    private Task _reserving = Task.CompletedTask;
    private bool _hasReserved;

    public OutcomePipeline(TaskContext context, HistoryKeeper history, TaskAccounts accounts, StoredEnds ends, RunFollowers followers,
        IRunEndings endings)
        : base(context)
    {
        (_history, _accounts, _ends, _followers, _endings) = (history, accounts, ends, followers, endings);
    }

    /// <summary>Gets the last number that was assigned.</summary>
    public long LastNumber => _sequence.Last;

    /// <summary>Gets whether outcomes are in progress.</summary>
    public bool IsBusy => _toRecord.Count + _following.Count + _toNumber.Count > 0;

    /// <summary>Gets the operation that stores outcomes.</summary>
    public Task Recording => _recording;

    /// <summary>Gets the operations that store outcomes and reserve numbers.</summary>
    public IEnumerable<Task> UnderWay => [_recording, _reserving];

    /// <summary>Gets the reason why ended runs are not reported yet: storage fails and is retried. Null if it does not.</summary>
    public Exception? Trouble => _ends.Trouble;

    /// <summary>Continues after the numbers that an earlier activation may have used.</summary>
    public void StartAfter(long sequence) => _sequence.StartAfter(sequence);

    /// <summary>Stops assigning numbers.</summary>
    /// <returns>The last number that was assigned.</returns>
    public long Close() => _sequence.Close();

    /// <summary>Adds a run's outcome. <see cref="Advance"/> processes it.</summary>
    public void Add(ActiveRun run, RunOutcome outcome)
    {
        if (run.Stored)
        {
            _history.Expect(run);
        }

        if (run.Stored || _followers.Has(run))
        {
            _toRecord.Enqueue((run, outcome));
        }
        else
        {
            _toNumber.Enqueue((run, outcome));
        }
    }

    /// <summary>Adds a result that the partition has and the history possibly does not, because its silo was lost in between.</summary>
    public void Adopt(ActiveRun run, TaskResult result)
    {
        Runs.Put(run);
        _history.Expect(run);
        Turns.PostUntilDone(async () =>
        {
            var known = await _history.FindAsync(run.RunId.Value);
            if (Turns.HasLeft)
            {
                return;
            }

            if (known is not null)
            {
                EndAsKnown(run, known);
            }
            else
            {
                NumberOrFollow(run, RunForms.OutcomeOf(result), isAgain: true);
                _endings.GoOn();
            }
        });
    }

    /// <summary>Ends a run whose result is in the history. It remains the only one.</summary>
    public void EndAsKnown(ActiveRun run, TaskResult result)
    {
        Runs.Remove(run);
        run.SetResult(result.WithoutArguments());
        _accounts.NoteEnded(result);
        _history.ReleaseKnown(result);
        _endings.OnGone();
    }

    /// <summary>Advances all outcomes as far as possible now.</summary>
    public void Advance()
    {
        if (_toRecord.Count > 0 && _recording.IsCompleted)
        {
            _recording = RecordAsync();
        }

        while (_toNumber.Count > 0 && _sequence.HasNext)
        {
            var (run, outcome) = _toNumber.Dequeue();
            if ((_history.FindEnded(run) ?? _history.FindEarlier(run)) is { } known)
            {
                EndAsKnown(run, known);
            }
            else
            {
                Publish(run, outcome, _ends.Result(run, outcome, _sequence.Next()));
            }
        }

        // What is read before this activation owns the task may be older than what an earlier one still writes.
        if (Link.IsAttached && (_toNumber.Count > 0 || _sequence.IsLow) && _reserving.IsCompleted)
        {
            _reserving = ReserveAsync();
        }
    }

    /// <summary>Removes and returns all outcomes in progress.</summary>
    public IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> HandOver()
    {
        var all = _toRecord.Concat(_following).Concat(_toNumber).ToList();
        _toRecord.Clear();
        _following.Clear();
        _toNumber.Clear();
        return all;
    }

    /// <summary>Stores the ends of stored runs in batches, before anybody is told.</summary>
    private async Task RecordAsync()
    {
        while (_toRecord.Count > 0)
        {
            // They stay in the queue until they are stored. If the activation leaves meanwhile, it hands them over.
            var batch = AnswerPage.Of(_toRecord, static b => b.Outcome.Size, FinishBatch);
            await Task.WhenAll(batch.Select(b => b.Run.Parked));
            if (batch.Any(b => _history.MayHaveEnded(b.Run)))
            {
                await Turns.TryUntilDoneAsync(_history.LoadAsync);
            }

            var stored = await _ends.TryStoreAsync(batch);
            var outcomes = await _ends.StoreOthersAsync(batch, stored);
            if (Turns.HasLeft)
            {
                return;
            }

            foreach (var (ended, outcome) in batch.Zip(outcomes))
            {
                _toRecord.Dequeue();
                if (_history.FindEnded(ended.Run) is { } known)
                {
                    EndAsKnown(ended.Run, known);
                }
                else
                {
                    NumberOrFollow(ended.Run, outcome, ended.Run.Adopted);
                }
            }

            _endings.GoOn();
        }
    }

    private void NumberOrFollow(ActiveRun run, RunOutcome outcome, bool isAgain)
    {
        if (_followers.Has(run))
        {
            _following.Add((run, outcome));
            Turns.Post(() => FollowAsync(run, outcome, isAgain));
        }
        else
        {
            _toNumber.Enqueue((run, outcome));
        }
    }

    /// <summary>Stores the continuations of a run before anybody learns that the run has ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="outcome">The run's outcome.</param>
    /// <param name="isAgain">Whether an earlier activation may have started to store them.</param>
    private async Task FollowAsync(ActiveRun run, RunOutcome outcome, bool isAgain)
    {
        await _followers.StoreAsync(run, _ends.Result(run, outcome, 0), isAgain);
        if (!Turns.HasLeft && _following.Remove((run, outcome)))
        {
            _toNumber.Enqueue((run, outcome));
            _endings.GoOn();
        }
    }

    private async Task ReserveAsync()
    {
        var through = _sequence.Plan(Clock.Now);
        var isFirst = !_hasReserved;
        var looking = isFirst ? _history.TryLoadAsync() : Task.CompletedTask;
        await Turns.UntilDoneAsync(
            () => _ends.NotingAsync(() => Link.CallAsync((p, epoch) => p.ReserveAsync(Known.Name, epoch, through, _history.Marks))));
        await looking;
        if (!Turns.HasLeft)
        {
            if (isFirst && _history.LastNumber > _sequence.Last)
            {
                LogNumbersBehind(Silo.Log, Known.Name, _history.LastNumber, _sequence.Last);
                _sequence.StartAfter(_history.LastNumber);
            }

            _hasReserved = true;
            _sequence.Reserved(through);
            _reserving = Task.CompletedTask;
            _endings.GoOn();
        }
    }

    private void Publish(ActiveRun run, RunOutcome outcome, TaskResult result)
    {
        RunSpans.End(run, result);
        Runs.Remove(run);
        _history.Add(result, announce: run.Stored || run.Trigger == RunTrigger.Schedule);
        result = result.WithoutArguments();
        Silo.Publisher.Publish(result);
        run.SetResult(result);
        _accounts.NoteEnded(result);
        _accounts.NoteResult();
        Teller.TellEnded(result);
        Runs.EndOutside(result);
        _history.FlushSoon();
        _endings.OnPublished(result);
        _endings.OnGone();
        Silo.Metrics.NoteEnded(result, outcome.StartedAt);
    }
}
