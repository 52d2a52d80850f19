using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the orders in which tasks are listed.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TaskOrder>))]
public enum TaskOrder
{
    /// <summary>Sorts by name, with ordinal comparison.</summary>
    Name = 0,

    /// <summary>Sorts by next occurrence, then by name. Tasks without one come last.</summary>
    NextDue = 1,
}
