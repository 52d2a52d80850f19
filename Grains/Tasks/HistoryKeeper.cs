using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Collections;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>
/// Keeps a task's results: they are written a little later than they are told, together with the ledger, and then the partition is told what it need not keep any more.
/// They are removed with the task.
/// </summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="history">The results.</param>
/// <param name="accounts">The accounts.</param>
/// <param name="archive">Has the results kept for searches.</param>
/// <param name="generator">Whether the grain looks after occurrences.</param>
/// <param name="timers">Makes the timer.</param>
/// <param name="signals">Is told when all is written.</param>
internal sealed class HistoryKeeper(TaskContext context, TaskHistory history, TaskAccounts accounts, EndedResults archive, OccurrenceGenerator generator, TimerFactory timers, ITaskSignals signals) : TaskPart(context)
{
    // So many ended runs the partition may keep for this task before the history is written at once: the partition should not grow with the pace.
    private const int ManyUnrecorded = 4_000;
    private const int ReleaseBatch = 1_000;
    private const int SealTries = 3;
    private static readonly TimeSpan LoadPatience = TimeSpan.FromSeconds(2);

    // Stored runs whose results are not known to be in the stored history yet.
    private LazySet<Guid> _unrecorded;

    // Stored runs whose results are in the stored history, and of which the partition was not told yet.
    private LazySet<Guid> _toRelease;
    private Task _flushing = Task.CompletedTask;
    private IGrainTimer? _timer;
    private readonly TimeSpan _ownPeriod = context.Silo.Options.HistoryFlushPeriod;
    private TimeSpan _period = context.Silo.Options.HistoryFlushPeriod;
    private bool _isHurried;
    private bool _hasFailed;
    private bool _isFlushing;

    // Whether there was more to write while a flush was under way.
    private bool _flushesAgain;

    /// <summary>The number of the last result that is in memory; 0 if there is none.</summary>
    public long LastNumber => history.Last?.Sequence ?? 0;

    /// <summary>Whether the task is no more, and its history neither.</summary>
    public bool IsForgotten { get; private set; }

    /// <summary>Whether something is still to be written.</summary>
    public bool HasToWrite => history.IsDirty || accounts.MustWrite || archive.HasSome || _hasFailed;

    /// <summary>How far the stored records are known to have come, and which occurrences may begin before the partition hears of this again.</summary>
    public StoredMarks Marks => new(history.StoredThrough, accounts.Number, OccurrenceLosses.Through(Known.Entry, generator.Next, Clock.Now), archive.Through);

    /// <summary>Whether every result of a stored run is in the stored history.</summary>
    public bool HasRecordedAll => _unrecorded.Count == 0;

    /// <summary>Takes, from the first briefing, how far the records had come.</summary>
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

    /// <summary>Looks whether storage still has what was written, and writes it again if not.</summary>
    public void LookAgain()
    {
        history.Suspect();
        accounts.Suspect();
        if (HasToWrite)
        {
            FlushSoon();
        }
    }

    /// <summary>Notes that a stored run has ended.</summary>
    public void Expect(ActiveRun run) => _unrecorded.Add(run.RunId.Value);

    /// <summary>Whether a stored run has ended whose result may not be in the stored history.</summary>
    public bool IsExpected(Guid run) => _unrecorded.Contains(run);

    /// <summary>Adds a result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="announce">Whether it is said when it is written.</param>
    public void Add(TaskResult result, bool announce)
    {
        IsForgotten = false;
        history.Add(result, Known.Options.HistoryLength, announce, Known.Options.HistoryAge);
        archive.Add(result);
    }

    /// <summary>A run's result, if it is in memory.</summary>
    public TaskResult? Find(Guid run) => history.Find(run);

    /// <summary>Whether a run has a result, in memory or until lately.</summary>
    public bool HasEnded(Guid run) => history.HasHad(run);

    /// <summary>The result of the run of an occurrence, if it is in memory and an earlier activation has numbered it.</summary>
    public TaskResult? FindEarlier(ActiveRun run) => run.Trigger == RunTrigger.Schedule ? history.FindEarlier(run.RunId.Value) : null;

    /// <summary>Whether a run may have ended before it came here: an earlier activation had it, or may have had. An occurrence of later may be made anew, after a clock was put back.</summary>
    public bool MayHaveEnded(ActiveRun run) => run.Adopted || (run.Trigger == RunTrigger.Schedule && run.ScheduledAt <= Book.TookOverAt);

    /// <summary>The result that such a run has already, if it is in memory: it stays the only one.</summary>
    public TaskResult? FindEnded(ActiveRun run) => MayHaveEnded(run) ? history.Find(run.RunId.Value) : null;

    /// <summary>Whether a result is in the stored history; else what depends on that is done when it is written.</summary>
    public bool IsWritten(TaskResult result) => result.Sequence <= history.StoredThrough;

    /// <summary>A run's result.</summary>
    public async Task<TaskResult?> FindAsync(Guid run)
    {
        if (history.Find(run) is { } known)
        {
            return known;
        }

        await history.LoadAsync();
        return history.Find(run);
    }

    /// <summary>Loads the results, if that can be done.</summary>
    public Task LoadAsync() => history.LoadAsync();

    /// <summary>Loads the results, and sees to it that no number that is missing among them is ever found in storage later: subscribers are told of it as a gap.</summary>
    /// <exception cref="PartitionMovedException">That cannot be done now.</exception>
    public async Task SealAsync()
    {
        await history.LoadAsync();
        for (var n = 0; n < SealTries && !history.IsSealed; n++)
        {
            // A write of a lost owner may come in between, once.
            history.Seal();
            await FlushAsync();
        }

        if (!history.IsSealed)
        {
            throw new PartitionMovedException($"The history of '{Known.Name}' is not available yet: storing its unused numbers failed.");
        }
    }

    /// <summary>The same as <see cref="LoadAsync"/>, without waiting long; what cannot be read now is read later.</summary>
    public Task TryLoadAsync() => Turns.TryWithinAsync(LoadPatience, history.LoadAsync, CancellationToken.None);

    /// <summary>Writes before long.</summary>
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

    /// <summary>Writes, after what is being written.</summary>
    public Task FlushAsync() => _flushing = _flushing.IsCompleted ? WriteAsync() : AfterAsync(_flushing);

    /// <summary>Writes what is to be written and would not be soon.</summary>
    public void FlushIfForgotten()
    {
        if (HasToWrite && _timer is null)
        {
            FlushAsync().Ignore();
        }
    }

    /// <summary>Writes no more by itself.</summary>
    public void Stop()
    {
        if (_timer is not null)
        {
            Silo.Pace.Leave();
            _timer.Dispose();
            _timer = null;
        }
    }

    /// <summary>Removes everything of a task that is no more.</summary>
    public async Task ForgetAsync()
    {
        await (_flushing = history.ForgetAsync());
        await accounts.ForgetAsync();
        IsForgotten = true;
    }

    /// <summary>Tells the partition that one run is over whose result was in the history before. If that is not written yet, the partition has the only copy until it is.</summary>
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

    /// <summary>Tells the partition up to which occurrences all is stored, if nothing else will soon.</summary>
    public async Task SettleAsync()
    {
        if (Book.Settled is { } settled && Known.Entry is { } entry && (!generator.IsAwake || entry.OccurrenceGuarantee == RunGuarantee.AtLeastOnce))
        {
            await Link.CallAsync((p, epoch) => p.SettleAsync(Known.Name, epoch, settled, Marks));
        }
    }

    private void TellLost(HistoryLoss loss)
    {
        // Of a task that is no more, the history is being removed.
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

            // A busy task writes the same few pages again and again: the busier, the rarer.
            _period = history.WrittenLast <= HistoryStore.PageSize ? _ownPeriod : TimeSpan.FromTicks(Math.Min(2 * _period.Ticks, Math.Max(FlushPace.Longest.Ticks, _period.Ticks)));
            await ReleaseAsync();
            _hasFailed = false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The results stay dirty, and those that were promised are in the partition's log.
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

    /// <summary>Tells the partition what it need not keep any more.</summary>
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
