using OrleansTasks.Collections;
using OrleansTasks.Grains;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// The way from a run's outcome to its result: stored where that was promised, followed by what follows it, numbered, written into the history, published, and told to those who wait.
/// In that order, so that nobody hears of an end that may still become another one.
/// </summary>
internal sealed class OutcomePipeline : TaskPart
{
    private const int FinishBatch = 200;
    private readonly HistoryKeeper _history;
    private readonly TaskAccounts _accounts;
    private readonly RunFollowers _followers;
    private readonly IRunEndings _endings;
    private readonly SequenceNumbers _sequence = new();
    private LazyQueue<(ActiveRun Run, RunOutcome Outcome)> _toRecord;
    private LazySet<(ActiveRun Run, RunOutcome Outcome)> _following;
    private LazyQueue<(ActiveRun Run, RunOutcome Outcome)> _toNumber;
    private Task _recording = Task.CompletedTask;
    private Task _reserving = Task.CompletedTask;
    private bool _hasReserved;

    public OutcomePipeline(TaskContext context, HistoryKeeper history, TaskAccounts accounts, RunFollowers followers, IRunEndings endings)
        : base(context)
    {
        (_history, _accounts, _followers, _endings) = (history, accounts, followers, endings);
    }

    /// <summary>The last number that was given out.</summary>
    public long LastNumber => _sequence.Last;

    /// <summary>Whether there are outcomes on their way.</summary>
    public bool IsBusy => _toRecord.Count + _following.Count + _toNumber.Count > 0;

    /// <summary>The outcomes that are being stored.</summary>
    public Task Recording => _recording;

    /// <summary>What is being stored, and set apart.</summary>
    public IEnumerable<Task> UnderWay => [_recording, _reserving];

    /// <summary>Why what has ended is not told yet: storage fails, and is tried again. Null if it does not.</summary>
    public Exception? Trouble { get; private set; }

    /// <summary>Begins after the numbers that an earlier activation may have used.</summary>
    public void StartAfter(long sequence) => _sequence.StartAfter(sequence);

    /// <summary>Gives out no more numbers.</summary>
    /// <returns>The last one that was given out.</returns>
    public long Close() => _sequence.Close();

    /// <summary>Takes a run's outcome; <see cref="Advance"/> takes it on.</summary>
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

    /// <summary>Takes a result that the partition has and the history perhaps not: its silo was lost in between.</summary>
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
                NumberOrFollow(run, RunForms.OutcomeOf(result));
                _endings.GoOn();
            }
        });
    }

    /// <summary>Ends a run whose result is in the history: it stays the only one.</summary>
    public void EndAsKnown(ActiveRun run, TaskResult result)
    {
        Runs.Remove(run);
        run.SetResult(result.WithoutArguments());
        _accounts.NoteEnded(result);
        _history.ReleaseKnown(run);
    }

    /// <summary>Takes all outcomes on as far as that can be done now.</summary>
    public void Advance()
    {
        if (_toRecord.Count > 0 && _recording.IsCompleted)
        {
            _recording = RecordAsync();
        }

        while (_toNumber.Count > 0 && _sequence.HasNext)
        {
            var (run, outcome) = _toNumber.Dequeue();
            if (run.Trigger == RunTrigger.Schedule && _history.FindEarlier(run.RunId.Value) is { } known)
            {
                EndAsKnown(run, known);
            }
            else
            {
                Publish(run, Result(run, outcome, _sequence.Next()));
            }
        }

        if ((_toNumber.Count > 0 || _sequence.IsLow) && _reserving.IsCompleted)
        {
            _reserving = ReserveAsync();
        }
    }

    /// <summary>Gives all outcomes away that are on their way.</summary>
    public IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> HandOver()
    {
        var all = _toRecord.Concat(_following).Concat(_toNumber).ToList();
        _toRecord.Clear();
        _following.Clear();
        _toNumber.Clear();
        return all;
    }

    /// <summary>Whether the partition surely has a run. Of one that was adopted that is not known; where something follows it, its end is to be stored in any case.</summary>
    private bool IsStored(ActiveRun run) => run.Stored && !(run.Adopted && _followers.Has(run));

    /// <summary>Stores the ends of stored runs, together with those that come meanwhile, before anybody is told.</summary>
    private async Task RecordAsync()
    {
        while (_toRecord.Count > 0)
        {
            // They stay in the queue until they are stored: who leaves meanwhile hands them on.
            var batch = AnswerPage.Of(_toRecord, static b => b.Outcome.Size, FinishBatch);
            await Task.WhenAll(batch.Select(b => b.Run.Parked));
            if (batch.Any(b => b.Run.Adopted))
            {
                await Turns.TryUntilDoneAsync(_history.LoadAsync);
            }

            var stored = await TryFinishAsync([.. batch.Where(b => IsStored(b.Run) && !IsTaken(b.Run))]);
            var outcomes = await Task.WhenAll(batch.Select(b => IsTaken(b.Run) || (IsStored(b.Run) && stored) ? Task.FromResult(b.Outcome) : IsStored(b.Run) ? FinishAsync(b.Run, b.Outcome) : StoreEndedAsync(b.Run, b.Outcome)));
            if (Turns.HasLeft)
            {
                return;
            }

            foreach (var (ended, outcome) in batch.Zip(outcomes))
            {
                _toRecord.Dequeue();
                if (IsTaken(ended.Run))
                {
                    EndAsKnown(ended.Run, _history.Find(ended.Run.RunId.Value)!);
                }
                else
                {
                    NumberOrFollow(ended.Run, outcome);
                }
            }

            _endings.GoOn();
        }
    }

    /// <summary>Stores what some stored runs came to.</summary>
    /// <returns>False if one of them cannot be stored, so that each is to be tried for itself.</returns>
    private async Task<bool> TryFinishAsync(IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> ended)
    {
        var results = ended.Select(e => Result(e.Run, e.Outcome, 0)).ToList();
        return results.Count == 0 || await Turns.TryUntilDoneAsync(() => NotingAsync(() => Link.CallAsync((p, epoch) => p.FinishAsync(Known.Name, epoch, results))));
    }

    /// <summary>Stores what one run came to; where that cannot be stored, that it could not.</summary>
    /// <returns>The end that counts.</returns>
    private async Task<RunOutcome> FinishAsync(ActiveRun run, RunOutcome outcome)
    {
        if (await TryFinishAsync([(run, outcome)]))
        {
            return outcome;
        }

        var told = new RunOutcome
        {
            Status = RunStatus.Failed,
            Error = $"The run ended as {outcome.Status}, and its result cannot be stored; the silo's log says why.",
            StartedAt = outcome.StartedAt,
            FinishedAt = outcome.FinishedAt,
            Silo = outcome.Silo,
        };
        await TryFinishAsync([(run, told)]);
        return told;
    }

    /// <summary>Stores a run that was not stored and is followed: what follows it is decided by this end, and by no other that the run may come to after a loss.</summary>
    /// <returns>The end that counts: one that was stored before is not changed.</returns>
    private async Task<RunOutcome> StoreEndedAsync(ActiveRun run, RunOutcome outcome)
    {
        var ended = RunForms.ToStored(run) with { Arguments = null, Result = Result(run, outcome, 0) };
        var stored = ended;
        await Turns.TryUntilDoneAsync(async () =>
        {
            stored = await Link.CallAsync((p, epoch) => p.AddRunAsync(epoch, ended));
            if (stored.RunId == run.RunId && stored.Result is null)
            {
                await Link.CallAsync((p, epoch) => p.FinishAsync(Known.Name, epoch, [ended.Result]));
            }
        });
        run.Stored = true;
        _history.Expect(run);
        return stored.RunId == run.RunId && stored.Result is { } known ? RunForms.OutcomeOf(known) : outcome;
    }

    /// <summary>Whether an earlier activation has taken the end of a run, and its silo did not hear of that.</summary>
    private bool IsTaken(ActiveRun run) => run.Adopted && _history.Find(run.RunId.Value) is not null;

    private void NumberOrFollow(ActiveRun run, RunOutcome outcome)
    {
        if (_followers.Has(run))
        {
            _following.Add((run, outcome));
            Turns.Post(() => FollowAsync(run, outcome));
        }
        else
        {
            _toNumber.Enqueue((run, outcome));
        }
    }

    /// <summary>Stores what follows a run before anybody hears that the run has ended.</summary>
    private async Task FollowAsync(ActiveRun run, RunOutcome outcome)
    {
        await _followers.StoreAsync(run, Result(run, outcome, 0));
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
        await Turns.UntilDoneAsync(() => NotingAsync(() => Link.CallAsync((p, epoch) => p.ReserveAsync(Known.Name, epoch, through, _history.Marks))));
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

    /// <summary>Notes whether storage is what keeps outcomes from being told.</summary>
    private async Task NotingAsync(Func<Task> store)
    {
        try
        {
            await store();
            Trouble = null;
        }
        catch (PartitionMovedException e) when (e.StorageFails)
        {
            Trouble = e;
            throw;
        }
    }

    private void Publish(ActiveRun run, TaskResult result)
    {
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
    }

    private TaskResult Result(ActiveRun run, RunOutcome outcome, long sequence) =>
        RunForms.ToResult(run, outcome, sequence, Known.Registry, Silo.Options.Limits.MaxKeptArgumentsSize);
}
