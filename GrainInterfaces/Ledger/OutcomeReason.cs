using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the reasons for the outcome of an occurrence. JSON uses camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OutcomeReason>))]
public enum OutcomeReason
{
    /// <summary>Fired: the run started within a second of its instant.</summary>
    OnTime = 0,

    /// <summary>
    /// Fired: the run started more than a second after its instant, because it waited for another run, a place or a handler, or because it
    /// was a catch-up run.
    /// </summary>
    Late = 1,

    /// <summary>Fired: the run may have started on a silo that was lost before it reported the result.</summary>
    Lost = 2,

    /// <summary>Skipped: an earlier run was active, and the overlap policy skips occurrences meanwhile.</summary>
    Overlap = 10,

    /// <summary>Skipped: the task was paused.</summary>
    Paused = 11,

    /// <summary>Skipped: the scheduler was stopped.</summary>
    Stopped = 12,

    /// <summary>Skipped: a clock change made the local time not exist or come twice, and the schedule's rule drops it.</summary>
    ClockChange = 13,

    /// <summary>Skipped: the occurrence fell on a closed day of its business calendar, and the schedule's rule drops it.</summary>
    ClosedDay = 14,

    /// <summary>Skipped: the run or the task was cancelled before the run started.</summary>
    Cancelled = 15,

    /// <summary>Skipped: the registration was changed just when the occurrence was due.</summary>
    Changed = 16,

    /// <summary>Skipped: the occurrence fell in closed hours of its business calendar, and the schedule's rule drops it.</summary>
    ClosedHours = 17,

    /// <summary>
    /// Missed: nothing could fire it in time, because no silo was there, storage did not answer, the machine paused or its clock was put
    /// forward.
    /// </summary>
    Outage = 20,

    /// <summary>Missed: no silo had the handler.</summary>
    NoHandler = 21,

    /// <summary>Missed: the run did not start before its time limit.</summary>
    TimedOut = 22,

    /// <summary>Missed: the silo that had to decide was lost before it stored the outcome, and no run of the occurrence is known.</summary>
    OwnerLost = 23,
}
