using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines what happens to a run whose silo is lost while the run is active.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunGuarantee>))]
public enum RunGuarantee
{
    /// <summary>
    /// The run does not start again, and its status becomes <see cref="RunStatus.Lost"/>. The default of <see cref="RunOptions"/>.
    /// </summary>
    AtMostOnce = 0,

    /// <summary>
    /// The run starts again on another silo, under the same id, as the next attempt. The default of <see cref="DispatchOptions"/>.
    /// </summary>
    AtLeastOnce = 1,
}
