namespace OrleansTasks.Ui;

/// <summary>How states and statuses are named and coloured. Pure.</summary>
public static class Words
{
    /// <summary>The name of a run's status.</summary>
    public static string Of(RunStatus status) => status switch
    {
        RunStatus.TimedOut => "timed out",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>The colour class of a run's status.</summary>
    public static string Tone(RunStatus status) => status switch
    {
        RunStatus.Succeeded => "good",
        RunStatus.Failed or RunStatus.TimedOut or RunStatus.Lost => "bad",
        RunStatus.Running => "busy",
        RunStatus.Pending or RunStatus.Waiting or RunStatus.Gap => "warn",
        _ => "quiet",
    };

    /// <summary>The name of a task's state.</summary>
    public static string Of(TaskState state) => state.ToString().ToLowerInvariant();

    /// <summary>The colour class of a task's state.</summary>
    public static string Tone(TaskState state) => state switch
    {
        TaskState.Active => "good",
        TaskState.Paused => "warn",
        _ => "quiet",
    };

    /// <summary>Why a run exists.</summary>
    public static string Of(RunTrigger trigger) => trigger switch
    {
        RunTrigger.Request => "requested",
        RunTrigger.Dispatch => "dispatched",
        RunTrigger.Schedule => "by schedule",
        RunTrigger.Manual => "triggered",
        RunTrigger.Backfill => "backfilled",
        var other => other.ToString(),
    };

    /// <summary>The schedule in words.</summary>
    public static string Schedule(TaskInfo task)
    {
        var words = task.ScheduleDescription ?? "by request";
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>A number and its word.</summary>
    public static string Count(long count, string one, string? many = null) => $"{count:N0} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>What had a say in an occurrence, for people; null if nothing had.</summary>
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
            said.Add(occurrence.Occurs ? "clocks go back: this time comes twice" : "clocks go back: skipped the second time");
        }

        if (effects.HasFlag(OccurrenceEffects.ClosedDay))
        {
            said.Add(occurrence.Occurs ? "closed day: moved" : "closed day: skipped");
        }

        if (effects.HasFlag(OccurrenceEffects.Jitter))
        {
            said.Add("put off by jitter");
        }

        return said.Count == 0 ? null : string.Join("; ", said);
    }
}
