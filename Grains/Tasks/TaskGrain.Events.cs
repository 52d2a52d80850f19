using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>What goes out on the event streams, and what is said of runs that are late.</content>
internal sealed partial class TaskGrain
{
    public Task IgnoresCancellationAsync(Guid run)
    {
        if (_runs.TryGetValue(run, out var active))
        {
            active.IgnoresCancellation = true;
            TellOf(active, TaskEventKind.RunIgnoresCancellation);
        }

        return Task.CompletedTask;
    }

    private void TellProgress(ActiveRun run) => TellOf(run, TaskEventKind.RunProgressed, e => e with { Progress = run.Progress });

    private void TellRetried(ActiveRun run) => TellOf(run, TaskEventKind.RunRetried, e => e with { Until = run.DueAt, Note = ShownText.Cut(run.LastError, MaxLastError) });

    private void TellEnded(TaskResult result)
    {
        if (_events.IsWanted())
        {
            _events.Publish(new TaskEvent
            {
                Task = _name,
                Kind = TaskEventKind.RunEnded,
                At = result.FinishedAt,
                RunId = result.RunId,
                ScheduledAt = result.ScheduledAt,
                Attempt = result.Attempt,
                Status = result.Status,
                By = result.RequestedBy,
                Note = ShownText.Cut(result.Error, MaxLastError),
                Silo = result.Silo,
            });
        }
    }

    private void TellOf(ActiveRun run, TaskEventKind kind, Func<TaskEvent, TaskEvent>? more = null) => Tell(kind, e =>
    {
        var item = e with { RunId = run.RunId, ScheduledAt = run.ScheduledAt, Attempt = run.Attempt, By = run.Facts.RequestedBy, Silo = run.Silo?.ToString() };
        return more is null ? item : more(item);
    });

    private void Tell(TaskEventKind kind, Func<TaskEvent, TaskEvent> fill)
    {
        if (_events.IsWanted())
        {
            _events.Publish(fill(new TaskEvent { Task = _name, Kind = kind, At = Now }));
        }
    }

    /// <summary>Says of runs that have not started, or have not ended, for longer than the task declares.</summary>
    private void TellLate()
    {
        if (_entry?.EffectiveOptions is not ({ OverdueAfter: not null } or { TooLongAfter: not null }))
        {
            return;
        }

        var (options, now) = (_entry.EffectiveOptions, Now);
        foreach (var run in _runs.Values)
        {
            var started = run.Status == RunStatus.Running ? run.Local is { } local ? local.StartedAt : run.StartedAt : null;
            var due = run.DueAt > run.ScheduledAt ? run.DueAt : run.ScheduledAt;
            if (started is null && run is { EndedAttempts: 0, Status: not RunStatus.Pending, Ending: false, SaidOverdue: false } && now - due > options.OverdueAfter)
            {
                run.SaidOverdue = true;
                LogOverdue(_log, run.RunId, due, run.WaitingFor);
                TellOf(run, TaskEventKind.RunOverdue, e => e with { Note = run.WaitingFor });
            }

            if (started is { } since && !run.Ending && !run.SaidTooLong && now - since > options.TooLongAfter)
            {
                run.SaidTooLong = true;
                LogTooLong(_log, run.RunId, since, options.TooLongAfter.Value);
                TellOf(run, TaskEventKind.RunTooLong);
            }
        }
    }

    [LoggerMessage(381, LogLevel.Warning, "{Run} was due at {Due:O} and has not started; it waits for {WaitingFor}.")]
    private static partial void LogOverdue(ILogger logger, RunId run, DateTimeOffset due, string? waitingFor);

    [LoggerMessage(382, LogLevel.Warning, "{Run} is under way since {Started:O}, which is longer than {Limit}.")]
    private static partial void LogTooLong(ILogger logger, RunId run, DateTimeOffset started, TimeSpan limit);
}
