using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Where jitter moves an occurrence.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<JitterRule>))]
public enum JitterRule
{
    /// <summary>It comes later by less than the jitter, each occurrence by another part of it; never as late as the next one.</summary>
    Later = 0,

    /// <summary>It comes earlier or later by less than the jitter, each occurrence by another part of it; by less than half the time to the one before and the next.</summary>
    Around = 1,

    /// <summary>Each occurrence of a task comes later by the same part of the jitter, which the task's name decides, so that the time between them stays.</summary>
    Fixed = 2,
}
