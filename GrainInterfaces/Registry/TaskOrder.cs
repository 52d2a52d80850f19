using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>In which order tasks are listed.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TaskOrder>))]
public enum TaskOrder
{
    /// <summary>By their names, by ordinal.</summary>
    Name = 0,

    /// <summary>By their next occurrences, and by name where those are the same; tasks without one come last.</summary>
    NextDue = 1,
}
