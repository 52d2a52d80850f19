using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the states of a task.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TaskState>))]
public enum TaskState
{
    /// <summary>The task can run, and its schedule, if any, fires.</summary>
    Active = 0,

    /// <summary>The schedule does not fire until it is resumed; requested runs still start.</summary>
    Paused = 1,

    /// <summary>The task can no longer run. It stays listed for a while, and registering its name again revives it.</summary>
    Cancelled = 2,

    /// <summary>The schedule has no further occurrence; requested runs still start.</summary>
    Completed = 3,
}
