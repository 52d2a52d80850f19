using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>The stored history: written a little later than results are told, together with the ledger, and removed with the task.</content>
internal sealed partial class TaskGrain
{
    // So many ended runs the partition may keep for this task before the history is written at once: the partition should not grow with the pace.
    private const int ManyUnrecorded = 4_000;
    private const int ReleaseBatch = 1_000;
    private Task _flushing = Task.CompletedTask;
    private bool _hurried;

    // Stored runs whose results are in the stored history, and of which the partition was not told yet.
    private readonly HashSet<Guid> _toRelease = [];
    private bool _flushFailed;

    // Whether the task is no more, and its history neither.
    private bool _forgotten;
    private IGrainTimer? _flushTimer;
    private bool _isFlushing;

    // Whether there was more to write while a flush was under way.
    private bool _flushAgain;
    private TimeSpan _flushPeriod;

    private void FlushSoon()
    {
        if (_leaving)
        {
            return;
        }

        if (_isFlushing)
        {
            _flushAgain = true;
            return;
        }

        var hurries = _unrecorded.Count >= ManyUnrecorded && !_hurried && !_flushFailed;
        if (hurries)
        {
            _hurried = true;
            _flushTimer?.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        if (_flushTimer is null)
        {
            var period = _pace.Enter(_flushPeriod);
            _flushTimer = this.RegisterGrainTimer(
                static (grain, _) => grain.FlushHistoryAsync(),
                this,
                new GrainTimerCreationOptions(hurries ? TimeSpan.Zero : period, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        }
    }

    public async Task ForgetAsync()
    {
        if (_leaving || _executor.IsDraining)
        {
            // Storage that is this silo's memory may be gone before the task; the next sweep asks again.
            throw Moved();
        }

        await AttachAsync();
        if (IsOver())
        {
            await FlushHistoryAsync();
        }

        if (IsOver())
        {
            _flushing = _history.ForgetAsync();
            await _flushing;
            await _ledger.ForgetAsync();
            _forgotten = true;
        }

        if (_runs.Count == 0)
        {
            DeactivateOnIdle();
        }

        bool IsOver() => _entry is null && _runs.Count == 0 && _unrecorded.Count == 0;
    }

    private Task FlushHistoryAsync() => _flushing = _flushing.IsCompleted ? FlushAsync() : FlushAfterAsync(_flushing);

    private async Task FlushAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await FlushAsync();
    }

    private async Task FlushAsync()
    {
        StopFlushTimer();
        (_isFlushing, _flushAgain, _hurried) = (true, false, false);
        try
        {
            _toRelease.UnionWith(await _history.FlushAsync(ConfirmOwnerAsync));
            await WriteLedgerAsync();

            // A busy task writes the same few pages again and again: the busier, the rarer.
            _flushPeriod = _history.WrittenLast <= HistoryStore.PageSize ? _options.HistoryFlushPeriod : TimeSpan.FromTicks(Math.Min(2 * _flushPeriod.Ticks, Math.Max(FlushPace.Longest.Ticks, _flushPeriod.Ticks)));
            await ReleaseAsync();
            _flushFailed = false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The results stay dirty, and those that were promised are in the partition's log.
            _flushFailed = true;
            LogNotFlushed(_log, _name, e.Message);
            KeepHouse();
        }
        finally
        {
            _isFlushing = false;
        }

        if (_flushAgain)
        {
            FlushSoon();
        }
        else if (!_flushFailed)
        {
            LeaveIfNotNeeded();
        }
    }

    /// <summary>Makes room for other tasks when all is stored that an occurrence has led to, and the next one is far away.</summary>
    private void LeaveIfNotNeeded()
    {
        if (!_isAsked && !_leaving && !_inDoubt && _armedFor is null && _entry is { Fires: true } entry && _runs.Count == 0 && _unrecorded.Count == 0 && _catchingUp.IsCompleted
            && !(entry.NextAfter(_lastFired) < Now.AddMinutes(IdleMinutes)))
        {
            DeactivateOnIdle();
        }
    }

    private void StopFlushTimer()
    {
        if (_flushTimer is not null)
        {
            _pace.Leave();
            _flushTimer.Dispose();
            _flushTimer = null;
        }
    }

    /// <summary>Tells the partition what it need not keep any more.</summary>
    private async Task ReleaseAsync()
    {
        var stored = _toRelease.ToList();
        var released = stored.Where(_unrecorded.Contains).ToList();
        foreach (var some in released.Chunk(ReleaseBatch))
        {
            await OnPartitionAsync((p, epoch) => p.ReleaseAsync(_name, epoch, some));
            _unrecorded.ExceptWith(some);
        }

        _toRelease.ExceptWith(stored);
        var settled = false;
        foreach (var run in stored)
        {
            settled |= _book.Close(run);
        }

        if (settled)
        {
            await SettleOccurrencesAsync();
        }
    }

    private async Task<TaskResult?> FindResultAsync(Guid run)
    {
        if (_history.Find(run) is { } known)
        {
            return known;
        }

        await _history.LoadAsync();
        return _history.Find(run);
    }

    [LoggerMessage(331, LogLevel.Debug, "The history of {Task} could not be written yet: {Reason}")]
    private static partial void LogNotFlushed(ILogger logger, string task, string reason);
}
