using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Collections;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Keeps a task's results. It writes them a little after they are published, together with the ledger. Then it tells the partition what it
/// no longer needs to keep. The results are removed with the task.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="history">The history of results.</param>
/// <param name="accounts">The accounts.</param>
/// <param name="archive">Sends the results to the archive.</param>
/// <param name="generator">Knows whether the grain handles occurrences.</param>
/// <param name="timers">Creates the timer.</param>
/// <param name="signals">Is told when everything is written.</param>
internal sealed class HistoryKeeper(TaskContext context, TaskHistory history, TaskAccounts accounts, EndedResults archive,
    OccurrenceGenerator generator, TimerFactory timers, ITaskSignals signals) : TaskPart(context)
{
    // The number of ended runs that the partition may keep for this task before the history is written at once. It keeps the partition from
    // growing with the pace of the task.
    private const int ManyUnrecorded = 4_000;
    private const int ReleaseBatch = 1_000;
    private const int SealTries = 3;
    private static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(2);

    // Stored runs whose results are possibly not in the stored history yet.
    private LazySet<Guid> _unrecorded;

    // Stored runs whose results are in the stored history, and which the partition still keeps.
    private LazySet<Guid> _toRelease;
    private Task _flushing = Task.CompletedTask;
    private IGrainTimer? _timer;
    private readonly TimeSpan _ownPeriod = context.Silo.Options.HistoryFlushPeriod;
    private TimeSpan _period = context.Silo.Options.HistoryFlushPeriod;
    private bool _isHurried;
    private bool _hasFailed;
    private bool _isFlushing;

    // Whether more data had to be written while a flush was in progress.
    private bool _flushesAgain;

    /// <summary>Gets the number of the last result in memory; 0 if there is none.</summary>
    public long LastNumber => history.Last?.Sequence ?? 0;

    /// <summary>Gets whether the task was removed together with its history.</summary>
    public bool IsForgotten { get; private set; }

    /// <summary>Gets whether something still has to be written.</summary>
    public bool HasToWrite => history.IsDirty || accounts.MustWrite || archive.HasSome || _hasFailed;

    /// <summary>
    /// Gets how far the stored records are known to have come, and which occurrences may start before the partition receives the next
    /// marks.
    /// </summary>
    public StoredMarks Marks =>
        new(history.StoredThrough, accounts.Number, OccurrenceLosses.Through(Known.Entry, generator.Next, Clock.Now), archive.Through);

    /// <summary>Gets whether every result of a stored run is in the stored history.</summary>
    public bool HasRecordedAll => _unrecorded.Count == 0;

    /// <summary>Reads from the first briefing how far the records had come.</summary>
    public void Begin(Briefing briefing)
    {
        (history.StartsAfter, history.Recorded) = (briefing.Sequence, briefing.Marks.History);
        history.OnLost = TellLost;
        history.OnWentBack = TellWentBack;
        accounts.Begin(briefing);
        if (archive.Begin(briefing))
        {
            history.Seal();
            FlushSoon();
        }
    }

    /// <summary>Checks whether storage still has what was written, and writes it again if it does not.</summary>
    public void LookAgain()
    {
        history.Suspect();
        accounts.Suspect();
        if (HasToWrite)
        {
            FlushSoon();
        }
    }

    /// <summary>Records that a stored run has ended.</summary>
    public void Expect(ActiveRun run) => _unrecorded.Add(run.RunId.Value);

    /// <summary>Returns whether a stored run has ended and its result may not be in the stored history.</summary>
    public bool IsExpected(Guid run) => _unrecorded.Contains(run);

    /// <summary>Adds a result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="announce">Whether to report when the result is written.</param>
    public void Add(TaskResult result, bool announce)
    {
        IsForgotten = false;
        history.Add(result, Known.Options.HistoryLength, announce, Known.Options.HistoryAge);
        archive.Add(result);
    }

    /// <summary>Returns a run's result if it is in memory.</summary>
    public TaskResult? Find(Guid run) => history.Find(run);

    /// <summary>Returns whether a run has a result in memory, or had one there until recently.</summary>
    public bool HasEnded(Guid run) => history.HasHad(run);

    /// <summary>Returns the result of an occurrence's run if it is in memory and an earlier activation has numbered it.</summary>
    public TaskResult? FindEarlier(ActiveRun run) => run.Trigger == RunTrigger.Schedule ? history.FindEarlier(run.RunId.Value) : null;

    /// <summary>
    /// Returns whether a run may have ended before it came here, because an earlier activation had it or may have had it. A later
    /// occurrence may be created again after a clock was set back.
    /// </summary>
    public bool MayHaveEnded(ActiveRun run) => run.Adopted || (run.Trigger == RunTrigger.Schedule && run.ScheduledAt <= Book.TookOverAt);

    /// <summary>Returns the result that such a run already has in memory. It remains the only one.</summary>
    public TaskResult? FindEnded(ActiveRun run) => MayHaveEnded(run) ? history.Find(run.RunId.Value) : null;

    /// <summary>Returns whether a result is in the stored history. If not, what depends on it happens when it is written.</summary>
    public bool IsWritten(TaskResult result) => result.Sequence <= history.StoredThrough;

    /// <summary>Returns a run's result, from memory or storage.</summary>
    public async Task<TaskResult?> FindAsync(Guid run)
    {
        if (history.Find(run) is { } known)
        {
            return known;
        }

        await history.LoadAsync();
        return history.Find(run);
    }

    /// <summary>Loads the results, if storage allows it.</summary>
    public Task LoadAsync() => history.LoadAsync();

    /// <summary>
    /// Loads the results, and makes sure that no number that is missing among them appears in storage later: subscribers see it as a gap.
    /// </summary>
    /// <exception cref="PartitionMovedException">The results cannot be loaded and sealed now.</exception>
    public async Task SealAsync()
    {
        await history.LoadAsync();
        for (var n = 0; n < SealTries && !history.IsSealed; n++)
        {
            // A write by a lost owner may interfere, once.
            history.Seal();
            await FlushAsync();
        }

        if (!history.IsSealed)
        {
            throw new PartitionMovedException($"The history of '{Known.Name}' is not available yet: storing its unused numbers failed. "
                + "Repeat the call.");
        }
    }

    /// <summary>Loads the results like <see cref="LoadAsync"/>, with a short time limit. What cannot be read now is read later.</summary>
    public Task TryLoadAsync() => Turns.TryWithinAsync(LoadPatience, history.LoadAsync, CancellationToken.None);

    /// <summary>Schedules a write.</summary>
    public void FlushSoon()
    {
        if (Turns.IsLeaving)
        {
            return;
        }

        if (_isFlushing)
        {
            _flushesAgain = true;
            return;
        }

        var hurries = _unrecorded.Count >= ManyUnrecorded && !_isHurried && !_hasFailed;
        if (hurries)
        {
            _isHurried = true;
            _timer?.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        if (_timer is null)
        {
            var period = Silo.Pace.Enter(_period);
            _timer = timers(FlushAsync, hurries ? TimeSpan.Zero : period);
        }
    }

    /// <summary>Writes, after any write in progress.</summary>
    public Task FlushAsync() => _flushing = _flushing.IsCompleted ? WriteAsync() : AfterAsync(_flushing);

    /// <summary>Writes if something has to be written and no write is scheduled.</summary>
    public void FlushIfForgotten()
    {
        if (HasToWrite && _timer is null)
        {
            FlushAsync().Ignore();
        }
    }

    /// <summary>Stops scheduled writes.</summary>
    public void Stop()
    {
        if (_timer is not null)
        {
            Silo.Pace.Leave();
            _timer.Dispose();
            _timer = null;
        }
    }

    /// <summary>Removes all records of a task that was removed.</summary>
    public async Task ForgetAsync()
    {
        await (_flushing = history.ForgetAsync());
        await accounts.ForgetAsync();
        IsForgotten = true;
    }

    /// <summary>
    /// Tells the partition that one run has ended whose result was already in the history. If the result is not written yet, the partition
    /// keeps the only copy until it is.
    /// </summary>
    public void ReleaseKnown(TaskResult result)
    {
        if (!IsWritten(result))
        {
            return;
        }

        var id = result.RunId.Value;
        _unrecorded.Remove(id);
        _toRelease.Remove(id);
        var settles = Book.Close(id);
        Turns.PostUntilDone(async () =>
        {
            await archive.SendAgainAsync(result);
            await Link.CallAsync((p, epoch) => p.ReleaseAsync(Known.Name, epoch, [id], Marks));
            if (settles)
            {
                await SettleAsync();
            }
        });
    }

    /// <summary>Tells the partition the instant up to which all occurrences are settled, if no other call tells it soon.</summary>
    public async Task SettleAsync()
    {
        if (Book.Settled is { } settled && Known.Entry is { } entry
            && (!generator.IsAwake || entry.OccurrenceGuarantee == RunGuarantee.AtLeastOnce))
        {
            await Link.CallAsync((p, epoch) => p.SettleAsync(Known.Name, epoch, settled, Marks));
        }
    }

    private void TellLost(HistoryLoss loss)
    {
        // The task was removed, and its history is being removed too.
        if (Known.Entry is not null)
        {
            var what = LossTexts.Of(loss, Known.Name);
            LogHistoryLost(Silo.Log, Known.Name, what);
            Teller.Tell(TaskEventKind.StorageLost, e => e with { Note = what });
            FlushSoon();
        }
    }

    private void TellWentBack(int results)
    {
        var what = LossTexts.HistoryWentBack(results);
        LogWentBack(Silo.Log, Known.Name, what);
        Teller.Tell(TaskEventKind.StorageWentBack, e => e with { Note = what });
    }

    private async Task AfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await WriteAsync();
    }

    private async Task WriteAsync()
    {
        Stop();
        (_isFlushing, _flushesAgain, _isHurried) = (true, false, false);
        try
        {
            _toRelease.UnionWith(await history.FlushAsync(Link.ConfirmOwnerAsync));
            await accounts.WriteAsync(Link.ConfirmOwnerAsync, Turns.IsLeaving);
            await archive.SendAsync();

            // A busy task writes the same few pages again and again. The busier it is, the less often it writes.
            _period = history.WrittenLast <= HistoryStore.PageSize
                ? _ownPeriod
                : TimeSpan.FromTicks(Math.Min(2 * _period.Ticks, Math.Max(FlushPace.Longest.Ticks, _period.Ticks)));
            await ReleaseAsync();
            _hasFailed = false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The results stay dirty, and the partition's log has those that must survive.
            _hasFailed = true;
            LogNotFlushed(Silo.Log, Known.Name, e.Message);
            House.Keep();
        }
        finally
        {
            _isFlushing = false;
        }

        if (_flushesAgain)
        {
            FlushSoon();
        }
        else if (!_hasFailed)
        {
            signals.OnWritten();
        }
    }

    /// <summary>Tells the partition what it no longer needs to keep.</summary>
    private async Task ReleaseAsync()
    {
        var stored = _toRelease.ToList();
        var released = stored.Where(r => _unrecorded.Contains(r)).ToList();
        foreach (var some in released.Chunk(ReleaseBatch))
        {
            await Link.CallAsync((p, epoch) => p.ReleaseAsync(Known.Name, epoch, some, Marks));
            _unrecorded.ExceptWith(some);
        }

        _toRelease.ExceptWith(stored);
        var settles = false;
        foreach (var run in stored)
        {
            settles |= Book.Close(run);
        }

        if (settles)
        {
            await SettleAsync();
        }
    }
}
