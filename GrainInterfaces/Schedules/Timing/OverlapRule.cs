using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines what happens to an occurrence whose local time comes twice because clocks go back over it.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<OverlapRule>))]
public enum OverlapRule
{
    /// <summary>Occurs the first time, before clocks go back.</summary>
    First = 0,

    /// <summary>Occurs the second time, after clocks went back.</summary>
    Second = 1,

    /// <summary>Occurs both times.</summary>
    Both = 2,
}
