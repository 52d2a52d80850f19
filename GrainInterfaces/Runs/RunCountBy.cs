using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the keys by which kept runs are counted (<see cref="ITaskClient.CountRunsAsync"/>).</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunCountBy>))]
public enum RunCountBy
{
    /// <summary>Counts by status. Keys are <c>succeeded</c>, <c>failed</c>, and so on.</summary>
    Status = 0,

    /// <summary>Counts by the hour of the end, in UTC. Keys are the beginnings of hours, such as <c>2027-03-04T09:00:00Z</c>.</summary>
    Hour = 1,

    /// <summary>Counts by task. Keys are the names of tasks.</summary>
    Task = 2,
}
