using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the first argument of a continuation. JSON uses camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PassedArgument>))]
public enum PassedArgument
{
    /// <summary>Passes the value of the preceding run, if there is one. The default.</summary>
    Value = 0,

    /// <summary>Passes the result of the preceding run, in the JSON form of <see cref="TaskResult"/>.</summary>
    Result = 1,

    /// <summary>Passes nothing; the run has its task's own arguments.</summary>
    None = 2,
}
