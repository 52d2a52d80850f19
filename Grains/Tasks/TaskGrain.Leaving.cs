using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>
/// Deactivation, for whatever reason: what has ended is recorded, or handed to the next activation; what is under way is left for it to
/// find; the partition is told, and looks after the rest.
/// </content>
internal sealed partial class TaskGrain
{
    private static readonly TimeSpan HandOverPatience = TimeSpan.FromSeconds(2);

    // The activation was asked to deactivate, which waits for the calls in it; nothing new begins.
    private volatile bool _leaving;

    private readonly CancellationTokenSource _leave = new();

    // Nothing is numbered or published here any more: what ends from now on is the next activation's affair.
    private volatile bool _left;

    /// <summary>Called, on any thread, when the activation has been asked to deactivate. It cannot before the calls in it return.</summary>
    public void OnDeactivating()
    {
        _leaving = true;
        if (_scheduler is not null)
        {
            _leave.Cancel();
            Post(LetCallersGoAsync);
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _leaving = true;
        await _leave.CancelAsync();
        _listening?.Dispose();
        await LetCallersGoAsync();
        await SettleAsync(cancellationToken);
        if (IsAttached || _asking is not null)
        {
            await LeaveAsync(cancellationToken);
        }

        _left = true;
        StopFlushTimer();
        _locals.Remove(GrainContext);
        _leave.Dispose();
    }

    private Task LetCallersGoAsync()
    {
        foreach (var run in _runs.Values.Concat(_outside).ToList())
        {
            run.ReleaseWaiters(long.MaxValue);
        }

        return Task.CompletedTask;
    }

    /// <summary>Gives what is being asked, offered, recorded and numbered the time to end.</summary>
    private async Task SettleAsync(CancellationToken ct)
    {
        await TryAsync(TakeLateBriefingAsync, ct);
        await TryAsync(() => Task.WhenAll(_offers), ct);
        await TryAsync(() => Task.WhenAll(_runs.Values.Select(r => r.Parked).Concat([_recording, _reserving, _claiming])), ct);
    }

    /// <summary>Does something of which the next activation finds out if it does not succeed in time.</summary>
    private async Task TryAsync(Func<Task> action, CancellationToken ct)
    {
        try
        {
            await action().WaitAsync(HandOverPatience, _pauses, ct);
        }
        catch (Exception e)
        {
            LogPutOff(_log, LogLevel.Debug, _name, e.Message);
        }
    }

    /// <summary>The partition may take this activation for attached although its answer was not waited for.</summary>
    private async Task TakeLateBriefingAsync()
    {
        if (_asking is not null && await _asking is var briefing && briefing.Number != _briefing)
        {
            Note(briefing);
            _next = briefing.Given is { } given && (_next is null || given < _next) ? given : _next;
        }
    }

    private async Task LeaveAsync(CancellationToken ct)
    {
        TakeEnded();
        foreach (var run in _toClaim.Concat(_queued.Where(r => !r.Stored)))
        {
            // The partition gives it to the next activation.
            _runs.Remove(run.RunId.Value);
        }

        CutOff();
        var departure = new Departure
        {
            Activation = _activation,
            Briefed = IsAttached,
            Sequence = _sequence.Close(),
            Forgotten = _forgotten && _runs.Count == 0,
            Settled = _book.Settled,
            HasOrphans = _hasOrphans || _runs.Values.Any(r => r is { Silo: not null, Ending: false }) || _toRecord.Count + _following.Count + _toNumber.Count > 0,
            Unclaimed = _toClaim.TryPeek(out var unclaimed) ? unclaimed.ScheduledAt : null,
            Attempts = _runs.Values.Where(r => r is { Stored: true, Ending: false } && (r.Marked || r.Attempt > 0)).ToDictionary(r => r.RunId.Value, r => r.Attempt),

            // The partition has the others as they are.
            Runs = [.. _runs.Values.Where(r => !r.Ending && (r.IsCutOff || IsUnknown(r))).Select(RunForms.ToStored)],
        };
        _left = true;
        TakeEnded();
        foreach (var (run, outcome) in _toRecord.Concat(_following).Concat(_toNumber))
        {
            Report(run, outcome);
        }

        _toRecord.Clear();
        _following.Clear();
        _toNumber.Clear();

        // Only now, or what ended while it was written would be in no history; and before the partition lets the next activation read it.
        await TryAsync(FlushHistoryAsync, ct);

        // Beyond that time the partition is told on, for as long as this silo lives.
        await TryAsync(() => _departures.LeaveAsync(_partition, _name, departure, after: _asking), ct);
    }

    /// <summary>The stored runs that go on here although this silo stops: its end, which comes in good order, is no loss that counts against them.</summary>
    private void CutOff()
    {
        if (_executor.IsDraining)
        {
            foreach (var run in _runs.Values.Where(r => r is { Stored: true, Adopted: false, Guarantee: RunGuarantee.AtLeastOnce, Local: not null, Ending: false }))
            {
                (run.EndedAttempts, run.IsCutOff) = (run.Attempt, true);
            }
        }
    }

    /// <summary>Whether no silo has a run, and its partition may not know it as it is.</summary>
    private static bool IsUnknown(ActiveRun run) =>
        run.Silo is null && (run.Status != RunStatus.Pending || run.EndedAttempts > 0) && !(run.Stored && run.Parked.IsCompletedSuccessfully);

    /// <summary>Has the next activation told of a run that ended here.</summary>
    private void Report(ActiveRun run, RunOutcome outcome) => _reporter.Add(new HeldRun(RunForms.ToOrder(run, _entry, run.Attempt), run.StartedAt, run.CancelRequested), outcome);
}
