using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines what created a run.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunTrigger>))]
public enum RunTrigger
{
    /// <summary>
    /// A caller called <see cref="ITaskClient.RunAsync(string, TaskArguments, RunOptions, CancellationToken)"/> and waits.
    /// </summary>
    Request = 0,

    /// <summary>The run was dispatched, to start now or later without a waiting caller.</summary>
    Dispatch = 1,

    /// <summary>The task's schedule created the run for an occurrence.</summary>
    Schedule = 2,

    /// <summary>An operator triggered the task by hand, with the task's own arguments.</summary>
    Manual = 3,

    /// <summary>A backfill created the run for a past occurrence.</summary>
    Backfill = 4,

    /// <summary>The run follows another run, or a batch of runs.</summary>
    Continuation = 5,
}
