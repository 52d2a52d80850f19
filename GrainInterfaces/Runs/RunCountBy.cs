using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What kept runs are counted by (<see cref="ITaskClient.CountRunsAsync"/>).</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunCountBy>))]
public enum RunCountBy
{
    /// <summary>Their status; keys are <c>succeeded</c>, <c>failed</c>, and so on.</summary>
    Status = 0,

    /// <summary>The hour in which they ended, in UTC; keys are the beginnings of hours, as <c>2027-03-04T09:00:00Z</c>.</summary>
    Hour = 1,

    /// <summary>Their task; keys are the names of tasks.</summary>
    Task = 2,
}
