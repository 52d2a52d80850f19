using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>
/// Defines what was done about a dead letter: a run that failed, timed out or was lost, and whose attempts are used up
/// (<see cref="RunInfo.DeadLetter"/>).
/// </summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DeadLetterState>))]
public enum DeadLetterState
{
    /// <summary>Nothing was done about the run.</summary>
    Open = 0,

    /// <summary>Somebody has seen the run (<see cref="ITaskClient.AcknowledgeAsync"/>).</summary>
    Acknowledged = 1,

    /// <summary>The run was dispatched again (<see cref="ITaskClient.RetryAsync"/>), whatever became of the new run.</summary>
    Retried = 2,

    /// <summary>Somebody has decided that the run is not to be run again (<see cref="ITaskClient.DiscardAsync"/>).</summary>
    Discarded = 3,
}
