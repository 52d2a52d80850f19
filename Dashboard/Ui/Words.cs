



namespace OrleansTasks.Ui;

/// <summary>Maps states and statuses to texts and color classes. Pure.</summary>
public static class Words
{
    /// <summary>Returns the name of a run's status.</summary>
    public static string Of(RunStatus status) => status switch
    {
        RunStatus.TimedOut => "timed out",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>Returns the color class of a run's status.</summary>
    public static string Tone(RunStatus status) => status switch
    {
        RunStatus.Succeeded => "good",
        RunStatus.Failed or RunStatus.TimedOut or RunStatus.Lost => "bad",
        RunStatus.Running => "busy",
        RunStatus.Pending or RunStatus.Waiting or RunStatus.Gap => "warn",
        _ => "quiet",
    };

    /// <summary>Returns the name of a state of a dead letter.</summary>
    public static string Of(DeadLetterState state) => state.ToString().ToLowerInvariant();

    /// <summary>Returns the name of a task's state.</summary>
    public static string Of(TaskState state) => state.ToString().ToLowerInvariant();

    /// <summary>Returns the color class of a task's state.</summary>
    public static string Tone(TaskState state) => state switch
    {
        TaskState.Active => "good",
        TaskState.Paused => "warn",
        _ => "quiet",
    };

    /// <summary>Returns the reason why a run exists.</summary>
    public static string Of(RunTrigger trigger) => trigger switch
    {
        RunTrigger.Request => "requested",
        RunTrigger.Dispatch => "dispatched",
        RunTrigger.Schedule => "by schedule",
        RunTrigger.Manual => "triggered",
        RunTrigger.Backfill => "backfilled",
        RunTrigger.Continuation => "after another run",
        var other => other.ToString(),
    };

    /// <summary>Returns the outcome of planned instants, with its reason.</summary>
    public static string Of(OccurrenceOutcome outcome, OutcomeReason reason) => reason switch
    {
        OutcomeReason.OnTime => "fired on time",
        OutcomeReason.Late => "fired late",
        OutcomeReason.Lost => "lost with its silo, it may have run",
        OutcomeReason.Overlap => "skipped: an earlier run was active",
        OutcomeReason.Paused => "skipped: the task was paused",
        OutcomeReason.Stopped => "skipped: the scheduler was stopped",
        OutcomeReason.ClockChange => "skipped: a clock change",
        OutcomeReason.ClosedDay => "skipped: a closed day",
        OutcomeReason.ClosedHours => "skipped: closed hours",
        OutcomeReason.Cancelled => "skipped: cancelled",
        OutcomeReason.Changed => "skipped: the registration was changed just then",
        OutcomeReason.Outage => "missed: no silo could fire it in time, as none was up or storage did not answer",
        OutcomeReason.NoHandler => "missed: no silo had the handler",
        OutcomeReason.TimedOut => "missed: its run did not start in time",
        OutcomeReason.OwnerLost => "missed: a silo was lost before it recorded the outcome",
        _ => $"{outcome.ToString().ToLowerInvariant()}: {reason}",
    };

    /// <summary>Returns the color class of the outcome of planned instants.</summary>
    public static string Tone(OccurrenceOutcome outcome, OutcomeReason reason) => (outcome, reason) switch
    {
        (OccurrenceOutcome.Missed, _) or (_, OutcomeReason.Lost) => "bad",
        (OccurrenceOutcome.Skipped, _) or (_, OutcomeReason.Late) => "warn",
        _ => "good",
    };

    /// <summary>Returns the description of an event.</summary>
    public static string Of(TaskEventKind kind) => kind switch
    {
        TaskEventKind.RunStarted => "run started",
        TaskEventKind.RunProgressed => "progress",
        TaskEventKind.RunEnded => "run ended",
        TaskEventKind.RunRetried => "to be retried",
        TaskEventKind.RunOverdue => "overdue",
        TaskEventKind.RunTooLong => "takes too long",
        TaskEventKind.RunIgnoresCancellation => "does not stop",
        TaskEventKind.RunLostSilo => "lost its silo",
        TaskEventKind.RunStuck => "is stuck",
        TaskEventKind.OccurrenceSkipped => "skipped",
        TaskEventKind.OccurrenceMissed => "missed",
        TaskEventKind.TaskRegistered => "registered",
        TaskEventKind.TaskChanged => "changed",
        TaskEventKind.TaskPaused => "paused",
        TaskEventKind.TaskResumed => "resumed",
        TaskEventKind.TaskCancelled => "task cancelled",
        TaskEventKind.ClockCorrected => "clock corrected",
        TaskEventKind.StorageWentBack => "storage went back",
        TaskEventKind.StorageLost => "storage lost data",
        TaskEventKind.StoredItemSetAside => "stored item set aside",
        var other => other.ToString(),
    };

    /// <summary>Returns the color class of an event.</summary>
    public static string Tone(TaskEventKind kind) => kind switch
    {
        TaskEventKind.OccurrenceMissed or TaskEventKind.RunIgnoresCancellation or TaskEventKind.StorageLost
            or TaskEventKind.StoredItemSetAside => "bad",
        TaskEventKind.RunRetried or TaskEventKind.RunOverdue or TaskEventKind.RunTooLong or TaskEventKind.RunLostSilo
            or TaskEventKind.RunStuck or TaskEventKind.ClockCorrected or TaskEventKind.StorageWentBack or TaskEventKind.OccurrenceSkipped
            or TaskEventKind.TaskPaused => "warn",
        TaskEventKind.RunStarted or TaskEventKind.RunProgressed => "busy",
        _ => "quiet",
    };

    /// <summary>Returns the name of a batch's status.</summary>
    public static string Of(BatchStatus status) => status switch
    {
        BatchStatus.Cancelling => "being cancelled",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>Returns the color class of a batch. After a batch has ended, the class shows whether all of its runs succeeded.</summary>
    public static string Tone(BatchInfo batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Status switch
        {
            BatchStatus.Running => "busy",
            BatchStatus.Cancelling => "warn",
            BatchStatus.Cancelled => "quiet",
            _ => batch.Succeeded == batch.Total ? "good" : "bad",
        };
    }

    /// <summary>Returns the description of a task's schedule.</summary>
    public static string Schedule(TaskInfo task)
    {
        var words = task.ScheduleDescription ?? "by request";
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>Formats a number with its noun.</summary>
    public static string Count(long count, string one, string? many = null) => $"{count:N0} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>Returns the effects on an occurrence, such as clock changes; null if there are none.</summary>
    public static string? Effects(TaskOccurrence occurrence)
    {
        var effects = occurrence.Effects;
        var said = new List<string>();
        if (effects.HasFlag(OccurrenceEffects.ClocksForward))
        {
            said.Add(occurrence.Occurs ? "clocks go forward: moved" : "clocks go forward: skipped");
        }

        if (effects.HasFlag(OccurrenceEffects.ClocksBack))
        {
            said.Add(occurrence.Occurs ? "clocks go back: this time repeats" : "clocks go back: skipped the second time");
        }

        if (effects.HasFlag(OccurrenceEffects.ClosedDay))
        {
            said.Add(occurrence.Occurs ? "closed day: moved" : "closed day: skipped");
        }

        if (effects.HasFlag(OccurrenceEffects.ClosedHours))
        {
            said.Add(occurrence.Occurs ? "closed hours: moved" : "closed hours: skipped");
        }

        if (effects.HasFlag(OccurrenceEffects.Jitter))
        {
            said.Add("moved by jitter");
        }

        return said.Count == 0 ? null : string.Join("; ", said);
    }
}
