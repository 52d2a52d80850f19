using System.Diagnostics;

namespace OrleansTasks.Runs;

/// <summary>A run that has not ended, in its task grain's memory. Touched on the grain's turns only.</summary>
internal sealed class ActiveRun
{
    private List<(TaskCompletionSource<TaskResult?> Source, long Since)>? _waiters;
    private RunPhase _phase;
    private string? _reason;

    /// <summary>What it is.</summary>
    public required RunFacts Facts { get; init; }

    public RunId RunId => Facts.Id;

    public RunTrigger Trigger => Facts.Trigger;

    public DateTimeOffset ScheduledAt => Facts.ScheduledAt;

    public RunGuarantee Guarantee => Facts.Guarantee;

    /// <summary>Where it is; changed by <see cref="Move"/> alone.</summary>
    public RunPhase Phase
    {
        get => _phase;
        init => _phase = value;
    }

    public RunStatus Status => RunLifecycle.StatusOf(Phase, IsOnSilo);

    /// <summary>What it waits for; null if for nothing.</summary>
    public string? WaitingFor => _reason ?? RunLifecycle.ReasonOf(Phase, IsOnSilo);

    /// <summary>Whether it was called off by itself, and not with its task.</summary>
    public bool CalledOff { get; set; }

    /// <summary>When it is to begin: what is due later than planned is not late.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>For how long it waits until then, from when it was stored or from its last attempt on; null: somebody named the instant.</summary>
    public TimeSpan? Wait { get; set; }

    /// <summary>Whether it waits until earlier occurrences have ended.</summary>
    public bool IsQueued => Phase == RunPhase.Queued;

    /// <summary>Whether it is an occurrence that is yet to be made: it waits for earlier ones, or for what its partition knows of it.</summary>
    public bool IsYetToBeMade => !Stored && Phase is (RunPhase.Queued or RunPhase.Claiming);

    /// <summary>What its handler waits for.</summary>
    public IReadOnlyList<Awaited> Awaits { get; set; } = [];

    /// <summary>The group in which it has a place; null if it has none.</summary>
    public string? GroupPlace { get; set; }

    /// <summary>Counts the asks of its task's activation for places in the group: the last one for this run; 0 if there was none.</summary>
    public long GroupAsk { get; set; }

    /// <summary>The group to which it has lent its place, because its handler waits for other runs; null if it has not.</summary>
    public string? LentGroup { get; set; }

    /// <summary>The group that it has asked for a place, and whose answer it waits for; null if it does not.</summary>
    public string? AskedGroup { get; set; }

    /// <summary>Whether it has begun with the place in its group that it has.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Its last place in its group being given back.</summary>
    public Task LeavingGroup { get; set; } = Task.CompletedTask;

    /// <summary>Its place among those that wait; null if it never did.</summary>
    public long? Order { get; set; }

    /// <summary>How many attempts have ended without ending the run.</summary>
    public int EndedAttempts { get; set; }

    /// <summary>How many of these have failed.</summary>
    public int Failures { get; set; }

    /// <summary>How many attempts were lost with their silos.</summary>
    public int Losses { get; set; }

    /// <summary>What the last of these said; shortened.</summary>
    public string? LastError { get; set; }

    /// <summary>When nothing more is to be done for it unless it has ended, or begun; null if there is no such instant.</summary>
    public DateTimeOffset? GivenUpAt => Attempt == 0 && Facts.ExpiresAt is { } expires && !(Facts.Deadline < expires) ? expires : Facts.Deadline;

    /// <summary>Whether it was asked to stop and goes on all the same.</summary>
    public bool IgnoresCancellation { get; set; }

    /// <summary>Whether it was said that it has not started, or that it takes too long.</summary>
    public bool SaidOverdue { get; set; }

    public bool SaidTooLong { get; set; }

    /// <summary>Whether the partition has stored it, so that its end must be stored too.</summary>
    public bool Stored { get; set; }

    /// <summary>Whether an earlier activation had it, and may have taken its end already.</summary>
    public bool Adopted { get; init; }

    /// <summary>Its attempt that is under way, or else the last one; 0: there was none.</summary>
    public int Attempt { get; set; }

    /// <summary>Whether its last attempt ended with its silo, which stopped in good order, and the partition does not know that.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Whether the partition may have noted the next attempt, which was not made yet.</summary>
    public bool Marked { get; set; }

    /// <summary>Counts the moves after which what was asked for it is of no use any more, so that an answer that comes late is known for one.</summary>
    public int Placement { get; private set; }

    /// <summary>Names the order by which its silo has it; empty if it is this silo.</summary>
    public Guid Offer { get; set; }

    /// <summary>The silo that has it; null while it waits here.</summary>
    public SiloAddress? Silo { get; set; }

    /// <summary>The attempt, if it is on this silo.</summary>
    public ILocalRun? Local { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>By how much the task's time had been moved (<see cref="Clocks.GrainClock.Shift"/>) when the attempt was ordered.</summary>
    public TimeSpan OrderedAtShift { get; set; }

    public RunProgress? Progress { get; set; }

    /// <summary>Why it was first asked to stop; null if it was not.</summary>
    public RunStatus? StopCause { get; set; }

    public bool CancelRequested => StopCause is not null;

    /// <summary>Its span, from its first attempt here until its end; null if there is none. Made and ended by <see cref="Watching.RunSpans"/>.</summary>
    public Activity? Span { get; set; }

    /// <summary>The same, or that of an earlier activation, as <c>traceparent</c>.</summary>
    public string? SpanContext { get; set; }

    /// <summary>Ends when the partition has noted what its last attempt came to, so that its end can be noted after that.</summary>
    public Task Parked { get; set; } = Task.CompletedTask;

    /// <summary>Whether it has ended and is only being stored and numbered.</summary>
    public bool Ending => Phase == RunPhase.Ended;

    /// <summary>Whether an attempt of it is on a silo, or was when it ended.</summary>
    private bool IsOnSilo => Silo is not null || StartedAt is not null;

    public bool HasWaiters => _waiters is { Count: > 0 };

    /// <summary>Takes it to where an event leads, with the effects that concern itself alone. Called by <see cref="Tasks.RunMoves"/>, which sees to the others.</summary>
    /// <param name="happens">The event.</param>
    /// <param name="reason">What it waits for from then on, if its phase does not tell.</param>
    /// <returns>What has to be done.</returns>
    /// <exception cref="InvalidOperationException">The event cannot follow; nothing has changed.</exception>
    public RunEffects Move(RunEvent happens, string? reason = null)
    {
        var (to, effects) = RunLifecycle.Next(_phase, happens) ?? throw new InvalidOperationException($"{RunId} is {_phase}, after which {happens} cannot happen.");
        (_phase, _reason) = (to, reason);
        if (effects.Has(RunEffects.OutdateAnswers))
        {
            Placement++;
        }

        if (effects.Has(RunEffects.LeaveSilo))
        {
            (Silo, Local, StartedAt, Progress) = (null, null, null, null);
            (IgnoresCancellation, SaidTooLong) = (false, false);
        }

        if (effects.Has(RunEffects.ForgetMark))
        {
            Marked = false;
        }

        if (effects.Has(RunEffects.BeginAttempt))
        {
            (Attempt, Marked, HasBegun) = (Attempt + 1, false, true);
        }

        if (effects.Has(RunEffects.UndoAttempt))
        {
            (Attempt, Marked, HasBegun) = (Attempt - 1, Stored, false);
        }

        return effects;
    }

    /// <summary>Waits for the result; null when <see cref="ReleaseWaiters"/> ends the wait first.</summary>
    public Task<TaskResult?> WaitAsync(long now)
    {
        var source = new TaskCompletionSource<TaskResult?>();
        (_waiters ??= new(1)).Add((source, now));
        return source.Task;
    }

    /// <summary>Lets callers go who have waited since before an instant; they ask again.</summary>
    public void ReleaseWaiters(long before)
    {
        if (_waiters is null)
        {
            return;
        }

        var released = _waiters.Where(w => w.Since <= before).ToList();
        _waiters.RemoveAll(w => w.Since <= before);
        foreach (var (source, _) in released)
        {
            source.TrySetResult(null);
        }
    }

    /// <summary>Tells those who wait that there is no result now; they may ask again.</summary>
    public void FailWaiters(Exception error)
    {
        foreach (var (source, _) in Interlocked.Exchange(ref _waiters, null) ?? [])
        {
            source.TrySetException(error);
        }
    }

    public void SetResult(TaskResult result)
    {
        foreach (var (source, _) in _waiters ?? [])
        {
            source.TrySetResult(result);
        }

        _waiters = null;
    }

    /// <summary>Tells those who wait that the run is not made.</summary>
    public void Refuse(Exception reason)
    {
        foreach (var (source, _) in _waiters ?? [])
        {
            source.TrySetException(reason);
        }

        _waiters = null;
    }
}
