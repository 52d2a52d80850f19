using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines what an operation does with each of many runs (<see cref="ITaskClient.ApplyAsync"/>).</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunAction>))]
public enum RunAction
{
    /// <summary>Dispatches the run again, as <see cref="ITaskClient.RetryAsync"/> does.</summary>
    Retry = 0,

    /// <summary>Acknowledges the dead letter, as <see cref="ITaskClient.AcknowledgeAsync"/> does.</summary>
    Acknowledge = 1,

    /// <summary>Discards the dead letter, as <see cref="ITaskClient.DiscardAsync"/> does.</summary>
    Discard = 2,

    /// <summary>
    /// Cancels the run, as <see cref="ITaskClient.CancelRunAsync"/> does. It needs the ids of the runs: queries find only runs that have
    /// ended.
    /// </summary>
    Cancel = 3,
}
