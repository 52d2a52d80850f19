using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Where a task is in its life.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TaskState>))]
public enum TaskState
{
    /// <summary>It can be run, and its schedule, if any, fires.</summary>
    Active = 0,

    /// <summary>Its schedule does not fire until it is resumed; it can still be run by request.</summary>
    Paused = 1,

    /// <summary>It can no longer be run. It stays listed for a while, and registering its name again revives it.</summary>
    Cancelled = 2,

    /// <summary>Its schedule has no further occurrence; it can still be run by request.</summary>
    Completed = 3,
}
