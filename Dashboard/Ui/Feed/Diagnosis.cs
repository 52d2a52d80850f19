namespace OrleansTasks.Ui;

/// <summary>
/// Explains why a task does not run, and what happened at each of its planned instants. It uses the task's state, schedule, history and
/// ledger. Conclusions that none of them proves are reported as likely. Pure.
/// </summary>
internal static class Diagnosis
{
    /// <summary>Lists the reasons why a task does not run by its schedule now.</summary>
    public static IReadOnlyList<Reason> Now(TaskInfo task, SchedulerState? scheduler, Clock clock, DateTimeOffset now) =>
    [
        .. Given(scheduler == SchedulerState.Stopped, "bad", "The scheduler is stopped",
            "Nothing fires in the whole cluster. Start it on the overview page."),
        .. Given(task.State == TaskState.Cancelled, "bad", "The task is cancelled",
            $"Since {clock.Long(task.UpdatedAt)}. Revive it, or register it again."),
        .. Given(!task.HandlerAvailable && task.State != TaskState.Cancelled, "bad", "No silo has its handler", "No active silo defines "
            + $"‘{task.Handler}’. The schedule does not fire, and runs wait, until one does."),
        .. Given(task.State == TaskState.Paused, "warn",
            $"Paused {(task.PausedBy is { } by ? $"by {by} " : "")}{(task.PausedAt is { } at ? Clock.Relative(at, now) : "")}".TrimEnd(),
            PauseText(task, clock)),
        .. Given(task.State == TaskState.Completed, "quiet", "Its schedule has ended", "There is no further occurrence. It can still be "
            + "run by request."),
        .. Given(task is { State: TaskState.Active, Schedule: null }, "quiet", "It has no schedule", "It runs only by request."),
    ];

    /// <summary>Explains what happened to past occurrences, newest first.</summary>
    /// <param name="task">The task.</param>
    /// <param name="occurrences">The occurrences.</param>
    /// <param name="runs">Runs of the task, newest first.</param>
    /// <param name="isWhole">Whether these are all runs since the first occurrence.</param>
    /// <param name="clock">The time zone of the texts.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="ledger">Ranges of the ledger; null for none.</param>
    public static IReadOnlyList<InstantFate> Past(
        TaskInfo task, IReadOnlyList<TaskOccurrence> occurrences, IReadOnlyList<RunInfo> runs, bool isWhole, Clock clock,
        DateTimeOffset now, IReadOnlyList<LedgerRange>? ledger = null)
    {
        var byInstant = runs.Where(r => r.Trigger is RunTrigger.Schedule or RunTrigger.Backfill).GroupBy(r => r.ScheduledAt.UtcTicks)
            .ToDictionary(g => g.Key, g => g.First());
        var oldest = isWhole || runs.Count == 0 ? DateTimeOffset.MinValue : runs.Min(r => r.ScheduledAt);
        return [
            .. occurrences.Where(o => o.Utc <= now).OrderByDescending(o => o.Utc)
                .Select(o => byInstant.TryGetValue(o.Utc.UtcTicks, out var run)
            ? new InstantFate(o, run, RunTone(run, o), RunText(run, o))
            : Accounted(task, o, ledger) ?? Missing(task, o, runs, oldest, clock, now))];
    }

    // An instant has the tone that the ledger gives it, so a run that succeeded late is not as one on time.
    private static string RunTone(RunInfo run, TaskOccurrence occurrence) =>
        run is { Status: RunStatus.Succeeded, Trigger: RunTrigger.Schedule } && run.StartedAt - occurrence.Utc >= TimeSpan.FromSeconds(1)
            ? Words.Tone(OccurrenceOutcome.Fired, OutcomeReason.Late)
            : Words.Tone(run.Status);

    private static string RunText(RunInfo run, TaskOccurrence occurrence) => string.Join(", ", new[]
    {
        Words.Of(run.Status) + (run.Trigger == RunTrigger.Backfill ? " (backfilled)" : ""),
        run.StartedAt - occurrence.Utc is { } late && late >= TimeSpan.FromSeconds(1) && run.Trigger == RunTrigger.Schedule
            ? $"{Clock.Exact(late)} late"
            : null,
        run.WaitingFor,
        run.Result?.Error,
        Words.Effects(occurrence),
    }.OfType<string>());

    private static InstantFate? Accounted(TaskInfo task, TaskOccurrence occurrence, IReadOnlyList<LedgerRange>? ledger) =>
        occurrence.Occurs && ledger?.FirstOrDefault(r => r.From <= occurrence.Utc && occurrence.Utc <= r.To) is { } range
            ? new InstantFate(occurrence, null, Words.Tone(range.Outcome, range.Reason),
                Words.Of(range.Outcome, range.Reason) + (range.Reason == OutcomeReason.Paused ? PausedBy(task, occurrence.Utc) : ""))
            : null;

    /// <summary>Returns who paused the task before an instant, and why; empty if that is no longer known.</summary>
    private static string PausedBy(TaskInfo task, DateTimeOffset at) =>
        task.Changes?.Where(c => c.Kind == TaskEventKind.TaskPaused && c.At <= at).MaxBy(c => c.At) is { } pause
            ? $"{(pause.By is { } by ? $" by {by}" : "")}{(pause.Note is { } note ? $", “{note}”" : "")}"
            : "";

    private static InstantFate Missing(TaskInfo task, TaskOccurrence occurrence, IReadOnlyList<RunInfo> runs, DateTimeOffset oldest,
        Clock clock, DateTimeOffset now)
    {
        var at = occurrence.Utc;
        var (tone, text) = 0 switch
        {
            _ when !occurrence.Occurs => ("warn", $"did not occur: {Words.Effects(occurrence) ?? "dropped"}"),
            _ when at <= task.CreatedAt => ("quiet", $"before the task was registered, {clock.Long(task.CreatedAt)}"),
            _ when task is { State: TaskState.Paused, PausedAt: { } paused } && at >= paused => ("warn",
                $"skipped: paused{(task.PausedBy is { } by ? $" by {by}" : "")}{(task.PauseNote is { } note ? $", “{note}”" : "")}"),
            _ when task.State == TaskState.Cancelled && at >= task.UpdatedAt => ("bad", "not run: the task is cancelled"),
            _ when now - at < TimeSpan.FromSeconds(5) => ("busy", "due now"),
            _ when at < oldest => ("quiet", "older than the results that are kept"),
            _ when Overlapped(runs, at) is { } earlier => ("warn", $"likely skipped: the run of {clock.Short(earlier.ScheduledAt, now)} "
                + $"was still active ({task.Options.Overlap})"),
            _ when at < task.UpdatedAt =>
                ("warn",
                    $"no run is known; the task was changed or resumed since, {clock.Long(task.UpdatedAt)}, and may have been paused or "
                        + "had another schedule then"),
            _ when !task.HandlerAvailable => ("bad", $"no run is known; no silo has the handler ‘{task.Handler}’ now"),
            _ => ("bad", "missed: no run is known. No silo was up then, the scheduler was stopped, or none had the handler"),
        };
        return new InstantFate(occurrence, null, tone, text);
    }

    private static RunInfo? Overlapped(IReadOnlyList<RunInfo> runs, DateTimeOffset at) =>
        runs.FirstOrDefault(r => r.ScheduledAt < at && r.StartedAt <= at && (r.FinishedAt is null || r.FinishedAt > at));

    private static string PauseText(TaskInfo task, Clock clock) => string.Join(" ", new[]
    {
        task.PauseNote is { } note ? $"“{note}”." : "No note was left.",
        task.PausedUntil is { } until ? $"It resumes by itself {clock.Long(until)}." : "It stays paused until it is resumed.",
        task.PausedOccurrences == PausedOccurrences.CatchUp ? "Missed occurrences are caught up then." : "Occurrences within the pause "
            + "are skipped.",
    }.OfType<string>());

    private static IEnumerable<Reason> Given(bool condition, string tone, string title, string text) =>
        condition ? [new(tone, title, text)] : [];
}

/// <summary>Represents one reason why a task does not run.</summary>
/// <param name="Tone">The severity.</param>
/// <param name="Title">The reason.</param>
/// <param name="Text">Details, and what to do.</param>
public sealed record Reason(string Tone, string Title, string Text);

/// <summary>Represents the outcome of one planned instant.</summary>
/// <param name="Occurrence">The instant.</param>
/// <param name="Run">The occurrence's run; null if none is known.</param>
/// <param name="Tone">The severity of the outcome.</param>
/// <param name="Text">The description of the outcome.</param>
public sealed record InstantFate(TaskOccurrence Occurrence, RunInfo? Run, string Tone, string Text);
