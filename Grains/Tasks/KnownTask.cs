using OrleansTasks.Calls;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Schedules;

namespace OrleansTasks.Tasks;

/// <summary>What a task's grain knows of its task: what its partition said last.</summary>
/// <param name="name">The task's name.</param>
/// <param name="silo">The silo's options.</param>
internal sealed class KnownTask(string name, TasksOptions silo)
{
    public string Name => name;

    /// <summary>The task as it is registered; null if it is not.</summary>
    public TaskEntry? Entry { get; private set; }

    /// <summary>Whether the task was cancelled or removed since this grain heard of it first. It may be registered anew since then.</summary>
    public bool WasEnded { get; private set; }

    /// <summary>Whether the scheduler is started.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Names the registry whose numbers its results have.</summary>
    public Guid Registry { get; private set; }

    /// <summary>Whether its partition is being asked to cancel it.</summary>
    public bool IsCancelling { get; set; }

    /// <summary>Its options; the defaults if there is no task.</summary>
    public TaskOptions Options => Entry?.EffectiveOptions ?? TaskOptions.Default;

    public TimeSpan MisfireThreshold => Options.MisfireThreshold ?? silo.MisfireThreshold;

    /// <summary>Why nothing is stored for it: it does not exist, or was cancelled. Null if neither is so.</summary>
    public TaskException? Absence =>
        Entry is null ? new TaskNotFoundException(name) : Entry.State == TaskState.Cancelled || IsCancelling ? new TaskCancelledException(name) : null;

    /// <summary>Why nothing of it runs now; null if something may.</summary>
    public TaskException? Obstacle => Absence ?? (IsStarted ? null : new SchedulerStoppedException(name));

    /// <summary>Why an occurrence that was taken does not become a run.</summary>
    public OutcomeReason WhyNotFiring => !IsStarted ? OutcomeReason.Stopped
        : Entry?.State switch { TaskState.Paused => OutcomeReason.Paused, TaskState.Cancelled or null => OutcomeReason.Cancelled, _ => OutcomeReason.Changed };

    /// <summary>What callers are told when no silo takes their runs. Those that are refused together do not come back together.</summary>
    public TasksOverloadedException Overloaded() =>
        new(name, $"Every silo that has the handler of '{name}' is full, and so are their queues.", TimeSpan.FromSeconds(1 + Random.Shared.NextDouble()));

    /// <summary>Counts what the partition has made of the task because this grain asked it to.</summary>
    public long Changes { get; private set; }

    /// <summary>Takes what a briefing says.</summary>
    /// <param name="briefing">The briefing.</param>
    /// <param name="isOlder">Whether the partition may have given it before what it has made of the task since.</param>
    public void Learn(Briefing briefing, bool isOlder)
    {
        (IsStarted, Registry) = (briefing.Started, briefing.Registry);
        if (!isOlder)
        {
            Take(briefing.Entry?.With(briefing.Calendars ?? CalendarSet.Empty));
        }
    }

    /// <summary>Takes what the partition has made of the task.</summary>
    public void Learn(TaskEntry? entry)
    {
        Take(entry);
        Changes++;
    }

    /// <summary>Whether a run belongs to the task as it is registered now: not if the task was cancelled, or removed, since the run was accepted, or the run was called off.</summary>
    public bool Admits(ActiveRun run) => !run.CalledOff && Admission.Admits(Entry, run.Facts.Generation);

    /// <summary>Whether an occurrence becomes a run.</summary>
    public bool FiresAt(DateTimeOffset occurrence) => IsStarted && Entry?.FiresAt(occurrence) == true;

    private void Take(TaskEntry? entry)
    {
        WasEnded |= Entry is { } before && entry?.Generation != before.Generation;
        Entry = entry;
    }
}
