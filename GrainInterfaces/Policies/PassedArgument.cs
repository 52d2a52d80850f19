using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What a continuation is given as its first argument. In JSON: camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PassedArgument>))]
public enum PassedArgument
{
    /// <summary>The value of the run that it follows, if there is one. The default.</summary>
    Value = 0,

    /// <summary>The result of the run that it follows, as <see cref="TaskResult"/> is in JSON.</summary>
    Result = 1,

    /// <summary>Nothing: it runs with its task's own arguments.</summary>
    None = 2,
}
