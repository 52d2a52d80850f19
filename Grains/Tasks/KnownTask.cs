using OrleansTasks.Calls;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Schedules;

namespace OrleansTasks.Tasks;

/// <summary>Keeps what a task's grain knows about its task: what the partition said last.</summary>
/// <param name="name">The task's name.</param>
/// <param name="silo">The silo's options.</param>
internal sealed class KnownTask(string name, TasksOptions silo)
{
    public string Name => name;

    /// <summary>Gets the task as it is registered; null if it is not.</summary>
    public TaskEntry? Entry { get; private set; }

    /// <summary>
    /// Gets whether the task was cancelled or removed since this grain first knew it. It may have been registered again since.
    /// </summary>
    public bool WasEnded { get; private set; }

    /// <summary>Gets whether the scheduler is started.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Gets the id of the registry to which the sequence numbers of its results belong.</summary>
    public Guid Registry { get; private set; }

    /// <summary>Gets or sets whether a request to cancel the task is in progress at its partition.</summary>
    public bool IsCancelling { get; set; }

    /// <summary>Gets the task's options; the defaults if there is no task.</summary>
    public TaskOptions Options => Entry?.EffectiveOptions ?? TaskOptions.Default;

    public TimeSpan MisfireThreshold => Options.MisfireThreshold ?? silo.MisfireThreshold;

    /// <summary>Gets the reason why nothing is stored for the task: it does not exist, or was cancelled. Null otherwise.</summary>
    public TaskException? Absence =>
        Entry is null ? new TaskNotFoundException(name) : Entry.State == TaskState.Cancelled || IsCancelling
            ? new TaskCancelledException(name) : null;

    /// <summary>Gets the reason why no run of the task may start now; null if runs may start.</summary>
    public TaskException? Obstacle => Absence ?? (IsStarted ? null : new SchedulerStoppedException(name));

    /// <summary>Gets the reason why an occurrence that is due does not become a run.</summary>
    public OutcomeReason WhyNotFiring => !IsStarted ? OutcomeReason.Stopped
        : Entry?.State switch
        {
            TaskState.Paused => OutcomeReason.Paused,
            TaskState.Cancelled or null => OutcomeReason.Cancelled,
            _ => OutcomeReason.Changed
        };

    /// <summary>
    /// Returns the exception for callers when no silo takes their runs. A random delay keeps those that are refused together from returning
    /// together.
    /// </summary>
    public TasksOverloadedException Overloaded() =>
        new(name, $"Every silo that has the handler of '{name}' is full, and so are their queues. Try again later, or add "
            + "silos.", TimeSpan.FromSeconds(1 + Random.Shared.NextDouble()));

    /// <summary>Gets the number of changes that the partition made to the task because this grain asked for them.</summary>
    public long Changes { get; private set; }

    /// <summary>Applies a briefing.</summary>
    /// <param name="briefing">The briefing.</param>
    /// <param name="isOlder">Whether the briefing may be older than a change that the partition has made to the task since.</param>
    public void Learn(Briefing briefing, bool isOlder)
    {
        (IsStarted, Registry) = (briefing.Started, briefing.Registry);
        if (!isOlder)
        {
            Take(briefing.Entry?.With(briefing.Calendars ?? CalendarSet.Empty));
        }
    }

    /// <summary>Applies a change that the partition has made to the task.</summary>
    public void Learn(TaskEntry? entry)
    {
        Take(entry);
        Changes++;
    }

    /// <summary>
    /// Returns whether a run belongs to the task as it is registered now. It does not if the run was cancelled, or if the task was
    /// cancelled or removed after the run was accepted.
    /// </summary>
    public bool Admits(ActiveRun run) => !run.CalledOff && Admission.Admits(Entry, run.Facts.Generation);

    /// <summary>Returns whether an occurrence becomes a run.</summary>
    public bool FiresAt(DateTimeOffset occurrence) => IsStarted && Entry?.FiresAt(occurrence) == true;

    private void Take(TaskEntry? entry)
    {
        WasEnded |= Entry is { } before && entry?.Generation != before.Generation;
        Entry = entry;
    }
}
