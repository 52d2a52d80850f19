using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What happens to a run whose silo dies while it runs.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RunGuarantee>))]
public enum RunGuarantee
{
    /// <summary>It is not run again: its status becomes <see cref="RunStatus.Lost"/>. The default of <see cref="RunOptions"/>.</summary>
    AtMostOnce = 0,

    /// <summary>It is run again on another silo, under the same id, as the next attempt. The default of <see cref="DispatchOptions"/>.</summary>
    AtLeastOnce = 1,
}
