using System.Diagnostics;
using OrleansTasks.Records;

namespace OrleansTasks.Runs;

/// <summary>Represents a run that has not ended, in its task grain's memory. Accessed on the grain's turns only.</summary>
internal sealed class ActiveRun
{
    private List<(TaskCompletionSource<TaskResult?> Source, long Since)>? _waiters;
    private RunPhase _phase;
    private string? _reason;

    /// <summary>Gets the facts of the run.</summary>
    public required RunFacts Facts { get; init; }

    public RunId RunId => Facts.Id;

    public RunTrigger Trigger => Facts.Trigger;

    public DateTimeOffset ScheduledAt => Facts.ScheduledAt;

    public RunGuarantee Guarantee => Facts.Guarantee;

    /// <summary>Gets the phase of the run. Only <see cref="Move"/> changes it.</summary>
    public RunPhase Phase
    {
        get => _phase;
        init => _phase = value;
    }

    public RunStatus Status => RunLifecycle.StatusOf(Phase, IsOnSilo);

    /// <summary>Gets what the run waits for; null if it waits for nothing.</summary>
    public string? WaitingFor => _reason ?? RunLifecycle.ReasonOf(Phase, IsOnSilo);

    /// <summary>Gets or sets whether the run was cancelled individually, and not with its task.</summary>
    public bool CalledOff { get; set; }

    /// <summary>Gets or sets when the run may start. A run that is due later than planned is not late.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>
    /// Gets or sets how long the run waits until then, counted from when it was stored or from its last attempt. Null if the instant was
    /// given explicitly.
    /// </summary>
    public TimeSpan? Wait { get; set; }

    /// <summary>Gets whether the run waits until earlier occurrences have ended.</summary>
    public bool IsQueued => Phase == RunPhase.Queued;

    /// <summary>
    /// Gets whether the run is an occurrence that is yet to be created: it waits for earlier ones, or for what its partition knows about
    /// it.
    /// </summary>
    public bool IsYetToBeMade => !Stored && Phase is (RunPhase.Queued or RunPhase.Claiming);

    /// <summary>Gets or sets what the run's handler waits for.</summary>
    public IReadOnlyList<Awaited> Awaits { get; set; } = [];

    /// <summary>Gets or sets the group in which the run has a place; null if it has none.</summary>
    public string? GroupPlace { get; set; }

    /// <summary>
    /// Gets or sets the number of the last request for a place in the group for this run, as the activation of its task counts them; 0 if
    /// there was none.
    /// </summary>
    public long GroupAsk { get; set; }

    /// <summary>
    /// Gets or sets the group to which the run has lent its place because its handler waits for other runs; null if it has not.
    /// </summary>
    public string? LentGroup { get; set; }

    /// <summary>Gets or sets the group that was asked for a place and whose answer the run waits for; null if there is none.</summary>
    public string? AskedGroup { get; set; }

    /// <summary>Gets or sets whether the run has started with its present place in the group.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Gets or sets the call that returns the run's last place in its group.</summary>
    public Task LeavingGroup { get; set; } = Task.CompletedTask;

    /// <summary>Gets or sets the run's position among the waiting ones; null if it never waited.</summary>
    public long? Order { get; set; }

    /// <summary>Gets or sets the number of attempts that have ended without ending the run.</summary>
    public int EndedAttempts { get; set; }

    /// <summary>Gets or sets how many of the ended attempts have failed.</summary>
    public int Failures { get; set; }

    /// <summary>Gets or sets the number of attempts that were lost with their silos.</summary>
    public int Losses { get; set; }

    /// <summary>Gets or sets how many attempts in a row were lost without counting, because they had saved something.</summary>
    public int SparedLosses { get; set; }

    /// <summary>Gets or sets what the run's handler saved last, as its partition has it; null if it has saved nothing.</summary>
    public RunCheckpoint? Checkpoint { get; set; }

    /// <summary>Gets or sets the error of the last failed attempt, shortened.</summary>
    public string? LastError { get; set; }

    /// <summary>Gets when the run ends if it has not ended or started by then; null if there is no such instant.</summary>
    public DateTimeOffset? GivenUpAt =>
        Attempt == 0 && Facts.ExpiresAt is { } expires && !(Facts.Deadline < expires) ? expires : Facts.Deadline;

    /// <summary>Gets or sets whether the run was asked to stop and continues nevertheless.</summary>
    public bool IgnoresCancellation { get; set; }

    /// <summary>Gets or sets whether it was reported that the run has not started in time.</summary>
    public bool SaidOverdue { get; set; }

    public bool SaidTooLong { get; set; }

    /// <summary>Gets or sets whether the partition has stored the run, so that its end must be stored too.</summary>
    public bool Stored { get; set; }

    /// <summary>Gets whether an earlier activation had the run and may already have processed its end.</summary>
    public bool Adopted { get; init; }

    /// <summary>Gets or sets the number of the attempt in progress, or else of the last one; 0 if there was none.</summary>
    public int Attempt { get; set; }

    /// <summary>
    /// Gets or sets whether the last attempt ended because its silo stopped in order, and the partition does not know that.
    /// </summary>
    public bool IsCutOff { get; set; }

    /// <summary>Gets or sets whether the partition may have stored a mark of the next attempt, which was not made yet.</summary>
    public bool Marked { get; set; }

    /// <summary>
    /// Gets the number of moves that made earlier requests for the run obsolete. It identifies answers that arrive too late.
    /// </summary>
    public int Placement { get; private set; }

    /// <summary>Gets or sets the id of the order by which the run's silo has it; empty if it is this silo.</summary>
    public Guid Offer { get; set; }

    /// <summary>Gets or sets the silo that has the run; null while the run waits here.</summary>
    public SiloAddress? Silo { get; set; }

    /// <summary>Gets or sets the attempt, if it is on this silo.</summary>
    public ILocalRun? Local { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Gets or sets the shift of the task's clock (<see cref="Clocks.GrainClock.Shift"/>) when the attempt was ordered.</summary>
    public TimeSpan OrderedAtShift { get; set; }

    public RunProgress? Progress { get; set; }

    /// <summary>Gets or sets why the run was first asked to stop; null if it was not.</summary>
    public RunStatus? StopCause { get; set; }

    public bool CancelRequested => StopCause is not null;

    /// <summary>
    /// Gets or sets the run's span, from its first attempt here until its end; null if there is none. <see cref="Watching.RunSpans"/>
    /// starts and ends it.
    /// </summary>
    public Activity? Span { get; set; }

    /// <summary>Gets or sets the run's span, or that of an earlier activation, as <c>traceparent</c>.</summary>
    public string? SpanContext { get; set; }

    /// <summary>
    /// Gets or sets the operation that stores the outcome of the last attempt in the partition. The end of the run is stored after it.
    /// </summary>
    public Task Parked { get; set; } = Task.CompletedTask;

    /// <summary>Gets whether the run has ended and is only being stored and numbered.</summary>
    public bool Ending => Phase == RunPhase.Ended;

    /// <summary>Gets whether an attempt of the run is on a silo, or was when the run ended.</summary>
    private bool IsOnSilo => Silo is not null || StartedAt is not null;

    public bool HasWaiters => _waiters is { Count: > 0 };

    /// <summary>
    /// Moves the run to the phase to which an event leads, and applies the effects that concern only the run itself. Called by
    /// <see cref="Tasks.RunMoves"/>, which applies the others.
    /// </summary>
    /// <param name="happens">The event.</param>
    /// <param name="reason">What the run then waits for, if its phase does not tell.</param>
    /// <returns>The effects.</returns>
    /// <exception cref="UnreachableException">The event is not allowed in this phase; nothing has changed.</exception>
    public RunEffects Move(RunEvent happens, string? reason = null)
    {
        var (to, effects) = RunLifecycle.Next(_phase, happens) ?? throw new UnreachableException($"{RunId} is {_phase}, after which "
            + $"{happens} cannot happen.");
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

    /// <summary>Waits for the result. Returns null if <see cref="ReleaseWaiters"/> ends the wait first.</summary>
    public Task<TaskResult?> WaitAsync(long now)
    {
        var source = new TaskCompletionSource<TaskResult?>();
        (_waiters ??= new(1)).Add((source, now));
        return source.Task;
    }

    /// <summary>Releases the callers who have waited since before an instant. They ask again.</summary>
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

    /// <summary>Tells waiting callers that there is no result now. They may ask again.</summary>
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

    /// <summary>Tells waiting callers that the run is not executed.</summary>
    public void Refuse(Exception reason)
    {
        foreach (var (source, _) in _waiters ?? [])
        {
            source.TrySetException(reason);
        }

        _waiters = null;
    }
}
