namespace OrleansTasks;

/// <content>What runs come to: stored where that was promised, numbered, published, told to those who wait.</content>
internal sealed partial class TaskGrain
{
    private const int FinishBatch = 200;
    private const int RefillBelow = 500;
    private readonly Queue<(ActiveRun Run, RunOutcome Outcome)> _toRecord = new();
    private readonly Queue<(ActiveRun Run, RunOutcome Outcome)> _toNumber = new();

    // Stored runs whose results are not known to be in the stored history yet.
    private readonly HashSet<Guid> _unrecorded = [];
    private Task _recording = Task.CompletedTask;
    private Task _reserving = Task.CompletedTask;

    public Task ReportAsync(RunOrder order, RunOutcome outcome)
    {
        return _briefed ? TakeReportAsync() : AttachThenTakeAsync();

        async Task AttachThenTakeAsync()
        {
            await AttachAsync();
            await TakeReportAsync();
        }

        async Task TakeReportAsync()
        {
            if (_runs.TryGetValue(order.RunId.Value, out var run))
            {
                // An earlier attempt that was given up, or has ended, may still speak; only the present one counts.
                if (order.Attempt >= run.Attempt && order.Attempt > run.EndedAttempts && !(outcome.CutOff && run.Silo is null))
                {
                    (run.Attempt, run.StartedAt) = (order.Attempt, outcome.StartedAt);
                    End(run, outcome);
                }

                return;
            }

            if (await FindResultAsync(order.RunId.Value) is null && !_runs.ContainsKey(order.RunId.Value))
            {
                End(Adopt(new HeldRun(order, outcome.StartedAt, false), null), outcome);
            }
        }
    }

    /// <summary>The outcome of a run that was asked to stop before an attempt of it started.</summary>
    private RunOutcome Stopped(ActiveRun run) =>
        new() { Status = run.StopCause ?? RunStatus.Cancelled, Error = run.EndedAttempts == 0 ? "The run was stopped before it started." : "The run was stopped while it waited for its next attempt.", FinishedAt = Now };

    private RunOutcome Lost(ActiveRun run) => new()
    {
        Status = RunStatus.Lost,
        Error = $"The silo {run.Silo?.ToString() ?? "that ran it"} was lost, and the run may not be repeated ({nameof(RunGuarantee.AtMostOnce)}).",
        StartedAt = run.StartedAt,
        FinishedAt = Now,
        Silo = run.Silo?.ToString(),
    };

    private void End(ActiveRun run, RunOutcome outcome)
    {
        if (!_runs.ContainsKey(run.RunId.Value) || run.Ending)
        {
            return;
        }

        if (_left)
        {
            Report(run, outcome);
            return;
        }

        if (outcome.CutOff && run.Guarantee == RunGuarantee.AtLeastOnce && !run.CancelRequested)
        {
            (run.EndedAttempts, run.IsCutOff) = (run.Attempt, run.Stored);
            if (run.Adopted)
            {
                // The partition may not have it.
                (run.DueAt, run.Wait) = (Now, TimeSpan.Zero);
                Rest(run, static _ => { });
                return;
            }

            Enqueue(run, "another silo, since its own stopped");
            return;
        }

        if (TryAgain(run, outcome))
        {
            return;
        }

        outcome = EarlierErrors.Keep(outcome, run.Failures, run.LastError);
        LeaveQueue(run);
        run.Move(RunEvent.End);
        LeavePlace(run);

        if (run.Stored)
        {
            _unrecorded.Add(run.RunId.Value);
        }

        if (run.Stored || IsFollowed(run))
        {
            _toRecord.Enqueue((run, outcome));
        }
        else
        {
            _toNumber.Enqueue((run, outcome));
        }

        GoOn();
    }

    /// <summary>Records and publishes what has ended, as far as that can be done now; begins anew what has failed.</summary>
    private void GoOn()
    {
        if (_left)
        {
            return;
        }

        StartQueued();
        if (_waiting.Count > 0 && _entry?.EffectiveOptions is { MaxConcurrentRuns: not null })
        {
            StartWaiting();
        }

        if (_toRecord.Count > 0 && _recording.IsCompleted)
        {
            _recording = RecordAsync();
        }

        while (_toNumber.Count > 0 && _sequence.HasNext)
        {
            var (run, outcome) = _toNumber.Dequeue();
            Publish(run, Result(run, outcome, _sequence.Next()));
        }

        if ((_toNumber.Count > 0 || _sequence.IsLow) && _reserving.IsCompleted)
        {
            _reserving = ReserveAsync();
        }
    }

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
                await TryUntilDoneAsync(_history.LoadAsync);
            }

            var stored = await TryFinishAsync([.. batch.Where(b => b.Run.Stored && !IsTaken(b.Run))]);
            var outcomes = await Task.WhenAll(batch.Select(b => IsTaken(b.Run) || (b.Run.Stored && stored) ? Task.FromResult(b.Outcome) : b.Run.Stored ? FinishAsync(b.Run, b.Outcome) : StoreEndedAsync(b.Run, b.Outcome)));
            if (_left)
            {
                return;
            }

            foreach (var (ended, outcome) in batch.Zip(outcomes))
            {
                _toRecord.Dequeue();
                if (IsTaken(ended.Run))
                {
                    EndTaken(ended.Run, _history.Find(ended.Run.RunId.Value)!);
                }
                else
                {
                    NumberOrFollow(ended.Run, outcome);
                }
            }

            GoOn();
        }
    }

    /// <summary>Stores what some stored runs came to.</summary>
    /// <returns>False if one of them cannot be stored, so that each is to be tried for itself.</returns>
    private async Task<bool> TryFinishAsync(IReadOnlyList<(ActiveRun Run, RunOutcome Outcome)> ended)
    {
        var results = ended.Select(e => Result(e.Run, e.Outcome, 0)).ToList();
        return results.Count == 0 || await TryUntilDoneAsync(() => OnPartitionAsync((p, epoch) => p.FinishAsync(_name, epoch, results)));
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
        await TryUntilDoneAsync(async () =>
        {
            stored = await OnPartitionAsync((p, epoch) => p.AddRunAsync(epoch, ended));
            if (stored.RunId == run.RunId && stored.Result is null)
            {
                await OnPartitionAsync((p, epoch) => p.FinishAsync(_name, epoch, [ended.Result]));
            }
        });
        run.Stored = true;
        _unrecorded.Add(run.RunId.Value);
        return stored.RunId == run.RunId && stored.Result is { } known ? RunForms.OutcomeOf(known) : outcome;
    }

    /// <summary>Whether an earlier activation has taken the end of a run, and its silo did not hear of that.</summary>
    private bool IsTaken(ActiveRun run) => run.Adopted && _history.Find(run.RunId.Value) is not null;

    /// <summary>The result that is in the history stays the only one.</summary>
    private void EndTaken(ActiveRun run, TaskResult result)
    {
        _runs.Remove(run.RunId.Value);
        _unrecorded.Remove(run.RunId.Value);
        run.SetResult(result.WithoutArguments());
        AccountFor(result);
        var settled = _book.Close(run.RunId.Value);
        _toRelease.Remove(run.RunId.Value);
        Post(() => UntilDoneAsync(async () =>
        {
            await OnPartitionAsync((p, epoch) => p.ReleaseAsync(_name, epoch, [run.RunId.Value]));
            if (settled)
            {
                await SettleOccurrencesAsync();
            }
        }));
    }

    private async Task ReserveAsync()
    {
        var through = _sequence.Plan(Now);
        await UntilDoneAsync(() => OnPartitionAsync((p, epoch) => p.ReserveAsync(_name, epoch, through)));
        if (!_left)
        {
            _sequence.Reserved(through);
            _reserving = Task.CompletedTask;
            GoOn();
        }
    }

    private void Publish(ActiveRun run, TaskResult result)
    {
        _runs.Remove(run.RunId.Value);
        _forgotten = false;
        _history.Add(result, Options.HistoryLength, announce: run.Stored || run.Trigger == RunTrigger.Schedule, Options.HistoryAge);
        result = result.WithoutArguments();
        _publisher.Publish(result);
        run.SetResult(result);
        AccountFor(result);
        _ledger.NoteResult();
        TellEnded(result);
        if (run.Trigger == RunTrigger.Schedule && result.Status is RunStatus.Failed or RunStatus.TimedOut && _entry?.EffectiveOptions.PauseAfterFailures is not null)
        {
            Post(() => UntilDoneAsync(PauseIfFailingAsync));
        }

        if (run.Trigger == RunTrigger.Schedule && result.Status == RunStatus.Lost)
        {
            Post(() => UntilDoneAsync(PauseIfLosingAsync));
        }

        if (_outside.Count > 0)
        {
            foreach (var waiting in _outside.Where(w => w.RunId == run.RunId).ToList())
            {
                _outside.Remove(waiting);
                waiting.SetResult(result);
            }
        }

        FlushSoon();
        if (_hasMore && _runs.Count < RefillBelow && _attaching is { IsCompleted: true })
        {
            Post(() => UntilDoneAsync(AttachAsync));
        }
    }

    /// <summary>A result that the partition has and the history perhaps not: its silo was lost in between.</summary>
    private void AdoptResult(StoredRun stored)
    {
        // At once: an occurrence of it that is given again finds the run here.
        var result = stored.Result!;
        var run = RunForms.ToEnding(stored, result);
        _runs.Add(run.RunId.Value, run);
        _unrecorded.Add(run.RunId.Value);
        Post(() => UntilDoneAsync(AdoptAsync));

        async Task AdoptAsync()
        {
            var known = await FindResultAsync(run.RunId.Value);
            if (_left)
            {
                return;
            }

            if (known is not null)
            {
                EndTaken(run, known);
            }
            else
            {
                NumberOrFollow(run, RunForms.OutcomeOf(result));
                GoOn();
            }
        }
    }

    private TaskResult Result(ActiveRun run, RunOutcome outcome, long sequence) =>
        RunForms.ToResult(run, outcome, sequence, _registry, _options.Limits.MaxKeptArgumentsSize);
}
