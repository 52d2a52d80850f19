using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>When an occurrence is whose local time comes twice, because clocks go back over it.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OverlapRule>))]
public enum OverlapRule
{
    /// <summary>It occurs the first time, before clocks go back.</summary>
    First = 0,

    /// <summary>It occurs the second time.</summary>
    Second = 1,

    /// <summary>It occurs both times.</summary>
    Both = 2,
}
