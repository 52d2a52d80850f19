using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Why a run exists.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunTrigger>))]
public enum RunTrigger
{
    /// <summary>Somebody called <see cref="ITaskClient.RunAsync(string, TaskArguments, RunOptions, CancellationToken)"/> and waits.</summary>
    Request = 0,

    /// <summary>It was dispatched, to run now or later, without a waiting caller.</summary>
    Dispatch = 1,

    /// <summary>An occurrence of the task's schedule.</summary>
    Schedule = 2,

    /// <summary>An operator triggered the task by hand, with the task's own arguments.</summary>
    Manual = 3,

    /// <summary>An occurrence of the past, made up for on demand.</summary>
    Backfill = 4,

    /// <summary>It follows another run, or a batch of them.</summary>
    Continuation = 5,
}
