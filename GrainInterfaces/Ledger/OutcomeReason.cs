using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Why an occurrence has its outcome. In JSON: camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OutcomeReason>))]
public enum OutcomeReason
{
    /// <summary>Fired: its run started within a second of its instant.</summary>
    OnTime = 0,

    /// <summary>Fired: its run started more than a second after its instant; it had waited for another run, a place or a handler, or was made up for.</summary>
    Late = 1,

    /// <summary>Fired: its run may have started, on a silo that was lost before it said what came of it.</summary>
    Lost = 2,

    /// <summary>Skipped: an earlier run was still under way, and the overlap policy leaves out what comes meanwhile.</summary>
    Overlap = 10,

    /// <summary>Skipped: the task was paused.</summary>
    Paused = 11,

    /// <summary>Skipped: the scheduler was stopped.</summary>
    Stopped = 12,

    /// <summary>Skipped: its local time did not exist, or came twice, because clocks were changed, and the schedule's rule drops it.</summary>
    ClockChange = 13,

    /// <summary>Skipped: it fell on a closed day of its business calendar, and the schedule's rule drops it.</summary>
    ClosedDay = 14,

    /// <summary>Skipped: its run, or the task, was cancelled before it started.</summary>
    Cancelled = 15,

    /// <summary>Skipped: the registration was changed just when it was due.</summary>
    Changed = 16,

    /// <summary>Skipped: it fell on hours at which its business calendar is closed, and the schedule's rule drops it.</summary>
    ClosedHours = 17,

    /// <summary>Missed: nobody could fire it in time: no silo was there, storage did not answer, the machine stood still or its clock was moved on.</summary>
    Outage = 20,

    /// <summary>Missed: no silo had the handler.</summary>
    NoHandler = 21,

    /// <summary>Missed: its run did not start before the time for it was over.</summary>
    TimedOut = 22,

    /// <summary>Missed: the silo that had to decide was lost before it had written what came of it, and no run of it is known.</summary>
    OwnerLost = 23,
}
