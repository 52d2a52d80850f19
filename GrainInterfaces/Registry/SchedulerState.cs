using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the states of the cluster's scheduler.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<SchedulerState>))]
public enum SchedulerState
{
    /// <summary>No partition is started: awaited runs are rejected, and dispatched runs are stored and wait.</summary>
    Stopped = 0,

    /// <summary>All partitions are started, and tasks run.</summary>
    Started = 1,

    /// <summary>A start or stop has not reached all partitions yet.</summary>
    Mixed = 2,
}
