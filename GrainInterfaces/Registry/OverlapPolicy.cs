using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>What an occurrence does when an earlier scheduled run of its task is still under way.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    /// <summary>The occurrence is skipped. The default.</summary>
    Skip = 0,

    /// <summary>The occurrence runs beside the earlier one.</summary>
    Allow = 1,
}
