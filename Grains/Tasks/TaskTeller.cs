using Microsoft.Extensions.Logging;
using OrleansTasks.Clocks;
using OrleansTasks.Publishing;
using OrleansTasks.Runs;
using OrleansTasks.Text;
using static OrleansTasks.Tasks.TaskLog;

namespace OrleansTasks.Tasks;

/// <summary>Publishes the events of one task, and reports runs that are late.</summary>
/// <param name="task">The task.</param>
/// <param name="clock">The task's time.</param>
/// <param name="events">Publishes events.</param>
/// <param name="log">The log.</param>
internal sealed class TaskTeller(KnownTask task, GrainClock clock, EventPublisher events, ILogger log)
{
    /// <summary>The maximum length of an error in an event, in characters.</summary>
    public const int MaxLastError = 1000;

    public void Tell(TaskEventKind kind, Func<TaskEvent, TaskEvent> fill)
    {
        if (events.IsWanted())
        {
            events.Publish(fill(new TaskEvent { Task = task.Name, Kind = kind, At = clock.Now }));
        }
    }

    public void TellOf(ActiveRun run, TaskEventKind kind, Func<TaskEvent, TaskEvent>? more = null) => Tell(kind, e =>
    {
        var item = e with
        {
            RunId = run.RunId,
            ScheduledAt = run.ScheduledAt,
            Attempt = run.Attempt,
            By = run.Facts.RequestedBy,
            Silo = run.Silo?.ToString()
        };
        return more is null ? item : more(item);
    });

    public void TellProgress(ActiveRun run) => TellOf(run, TaskEventKind.RunProgressed, e => e with { Progress = run.Progress });

    public void TellRetried(ActiveRun run) =>
        TellOf(run, TaskEventKind.RunRetried, e => e with { Until = run.DueAt, Note = ShownText.Cut(run.LastError, MaxLastError) });

    public void TellStuck(ActiveRun run, string note)
    {
        LogStuck(log, run.RunId, note);
        TellOf(run, TaskEventKind.RunStuck, e => e with { Note = note });
    }

    public void TellEnded(TaskResult result)
    {
        if (events.IsWanted())
        {
            events.Publish(new TaskEvent
            {
                Task = task.Name,
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

    /// <summary>Reports runs that have not started, or not ended, within the time that the task declares.</summary>
    public void TellLate(IEnumerable<ActiveRun> runs)
    {
        if (task.Options is not ({ OverdueAfter: not null } or { TooLongAfter: not null }))
        {
            return;
        }

        var (options, now) = (task.Options, clock.Now);
        foreach (var run in runs)
        {
            var started = run.Status == RunStatus.Running ? run.Local is { } local ? local.StartedAt : run.StartedAt : null;
            var due = run.DueAt > run.ScheduledAt ? run.DueAt : run.ScheduledAt;
            if (started is null && run is { EndedAttempts: 0, Status: not RunStatus.Pending, Ending: false, SaidOverdue: false }
                && now - due > options.OverdueAfter)
            {
                run.SaidOverdue = true;
                LogOverdue(log, run.RunId, due, run.WaitingFor);
                TellOf(run, TaskEventKind.RunOverdue, e => e with { Note = run.WaitingFor });
            }

            if (started is { } since && !run.Ending && !run.SaidTooLong && now - since > options.TooLongAfter)
            {
                run.SaidTooLong = true;
                LogTooLong(log, run.RunId, since, options.TooLongAfter.Value);
                TellOf(run, TaskEventKind.RunTooLong);
            }
        }
    }
}
